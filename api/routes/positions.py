"""Places tied to the network: where each stands on it, and which are out of its reach."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from api.routes.warm import warm_parts
from geodata.routing.errors import OffNetworkError
from geodata.routing.graph import RoutingGraph
from geodata.routing.snapping import Role, Snap
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from api.listening import Listener
    from api.routes.ground import Ground
    from geodata.answers.places import Place

PREPARING: Final = Text(en="Preparing the network for {vehicle}", vi="Chuẩn bị mạng lưới cho {vehicle}")
PASSED_OVER: Final = Text(
    en="{place}: tied to a link {far} m away, because the nearest one, {near} m away, is cut off from the network.",
    vi="{place}: nối vào đoạn cách {far} m, vì đoạn gần nhất, cách {near} m, bị tách khỏi mạng lưới.",
)
MORE_PASSED_OVER: Final = Text(
    en="{count} more places are tied to a farther link in the same way.",
    vi="Thêm {count} nơi được nối vào đoạn xa hơn vì lý do tương tự.",
)
FAR: Final = Text(
    en="{far} of {count} places are farther than {reach} m from any link this vehicle may start or end on and reach "
    "nothing: {listed}. Raise --reach-m or take a larger network.",
    vi="{far} trong {count} nơi cách mọi đoạn đường phương tiện này được dùng hơn {reach} m nên không đến được đâu: "
    "{listed}. Hãy tăng --reach-m hoặc dùng mạng lưới rộng hơn.",
)
HOUR_HELD: Final = Text(
    en="Conditions and speeds are those of {hour} all the way; a route with --depart takes them as the hours pass.",
    vi="Điều kiện và tốc độ lấy theo {hour} suốt hành trình; lệnh route với --depart xét theo từng giờ.",
)
TOO_MANY: Final = Text(
    en="{origins} origins × {destinations} destinations are more pairs than are worked out at once ({most}); split "
    "them.",
    vi="{origins} nơi đi × {destinations} nơi đến nhiều hơn số cặp mỗi lần tính ({most}); hãy chia nhỏ.",
)

MOST_PAIRS: Final = 4_000_000
MOST_LISTED: Final = 20
MOST_TOLD: Final = 5
"""Places of one kind told one by one."""


class Prepared:
    """A network ready for questions of one vehicle at one hour.

    Parameters
    ----------
    ground
        The network, the vehicle and the hour.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        graph, self._snapper = warm_parts(ground)
        self.graph: RoutingGraph = graph

    def position(self, place: Place, role: Role) -> Snap:
        """Return where a place stands on the network.

        Raises
        ------
        OffNetworkError
            If it is farther from every usable link than the reach.
        """
        return self._snapper.snap(place.lon, place.lat, role=role)

    def positions(self, places: Sequence[Place], role: Role, listener: Listener) -> list[Snap | None]:
        """Return where places stand on the network; those out of its reach are told, and None.

        Raises
        ------
        OffNetworkError
            If all of them are out of reach: then there is nothing to ask.
        """
        found: list[Snap | None] = []
        far: list[tuple[Place, OffNetworkError]] = []
        passed_over = 0
        for place in places:
            try:
                snap = self.position(place, role)
            except OffNetworkError as error:
                far.append((place, error))
                found.append(None)
                continue
            passed_over += math.isfinite(snap.skipped_m)
            if passed_over <= MOST_TOLD:
                tell_skipped(place, snap, listener)
            found.append(snap)
        if far and len(far) == len(places):
            place, least = min(far, key=lambda one: one[1].nearest_m)
            raise OffNetworkError(_named(place, least.text), least.nearest_m)
        if passed_over > MOST_TOLD:
            listener.warn(MORE_PASSED_OVER.format(count=passed_over - MOST_TOLD))
        self._tell_far(far, len(places), listener)
        return found

    def _tell_far(self, far: Sequence[tuple[Place, OffNetworkError]], count: int, listener: Listener) -> None:
        if len(far) == 1:
            listener.warn(_named(far[0][0], far[0][1].text))
        elif far:
            listed = ", ".join(f"{place.place_id} ({why.nearest_m:,.0f} m)" for place, why in far[:MOST_LISTED])
            listed += ", …" if len(far) > MOST_LISTED else ""
            reach = f"{self.ground.request.reach_m:,.0f}"
            listener.warn(FAR.format(far=len(far), count=count, reach=reach, listed=listed))


def _named(place: Place, text: Text) -> Text:
    return Text(en=f"{place.label}: {text.en}", vi=f"{place.label}: {text.vi}")


def prepare(ground: Ground, listener: Listener) -> Prepared:
    """Return the network ready for questions."""
    name = ground.profile.name
    listener.begin(Text(en=PREPARING.en.format(vehicle=name.en), vi=PREPARING.vi.format(vehicle=name.vi)))
    return Prepared(ground)


def check_pairs(origins: int, destinations: int, most: int = MOST_PAIRS) -> None:
    """Raise HinterlandError where there are more pairs of places than are worked out, and held, at once."""
    if origins * destinations > most:
        raise HinterlandError(TOO_MANY.format(origins=origins, destinations=destinations, most=most))


def tell_skipped(place: Place, snap: Snap, listener: Listener) -> None:
    """Tell where a nearer link was passed over."""
    if math.isfinite(snap.skipped_m):
        text = PASSED_OVER.format(place=place.label, far=round(snap.distance_m), near=round(snap.skipped_m))
        listener.warn(text)


def hour_notes(ground: Ground) -> tuple[Text, ...]:
    """Return the sentence that an answer holds for one hour, where there is one."""
    if ground.depart is None:
        return ()
    return (HOUR_HELD.format(hour=f"{ground.depart:%Y-%m-%d %H}:00–{ground.depart:%H}:59"),)


def tell_hour(ground: Ground, talk: Talk) -> None:
    """Tell that an answer holds for one hour, where there is one."""
    for note in hour_notes(ground):
        talk.say(note)
