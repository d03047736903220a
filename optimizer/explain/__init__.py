"""Why a plan is as it is: routes and alternatives, what stays and what would move it, what binds, whose tonnes."""
