"""Routes: the best way of a vehicle between two places, and the vehicles there are."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from api.access.guard import CallerParameter, allowed
from api.rest.question_models import ProfileModel, ProfilesModel, RouteForm
from api.rest.questions import AS_JOB, ask_network
from api.service.context import ServiceParameter

ROUTER: Final = APIRouter(tags=["routes"])


@ROUTER.post(
    "/routes",
    dependencies=[allowed("routes:ask")],
    operation_id="ask_route",
    summary="Tuyến đường tốt nhất cho một xe · Best route of a vehicle",
    **AS_JOB,
)
def ask_route(request: Request, service: ServiceParameter, caller: CallerParameter, form: RouteForm) -> Response:
    """Enter a job that finds the best route, by hour or with alternatives."""
    return ask_network(request, service, caller, "route", form)


@ROUTER.get(
    "/vehicle-profiles",
    dependencies=[allowed("networks:read")],
    response_model=ProfilesModel,
    operation_id="list_vehicle_profiles",
    summary="Hồ sơ xe · Vehicle profiles",
)
def list_vehicle_profiles() -> ProfilesModel:
    """Return the vehicles that questions may be asked for."""
    from geodata.routing.profiles import read_profiles  # noqa: PLC0415 - loads numpy and YAML
    from geodata.routing.vehicle import MODE_OF_KIND  # noqa: PLC0415

    return ProfilesModel(
        items=[
            ProfileModel(
                profile_id=profile_id,
                name_vi=profile.name.vi,
                name_en=profile.name.en,
                kind=profile.kind,
                mode=MODE_OF_KIND[profile.kind],
            )
            for profile_id, profile in read_profiles(None).items()
        ]
    )
