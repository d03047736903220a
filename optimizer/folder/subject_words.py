"""What every part of a folder's problem is called; what the program made is told as what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from optimizer.folder.answer_paths import LIST_SEPARATOR
from optimizer.folder.answer_reasons import CAPACITY_NAMES
from optimizer.folder.case import SUBJECT_TABLE
from optimizer.subject import Words
from supplychain.text import LANGUAGES, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from optimizer.folder.case import FolderCase, Meaning

    Names = NDArray[np.object_]
    Indices = NDArray[np.int64]

MOST_NAMED: Final = 3
"""Members of a set that its name tells one by one; of larger sets the rest is counted."""

IN_PERIOD: Final = Text(en="{name} ({period})", vi="{name} ({period})")
ONE_OF: Final = Text(en="one of {members}", vi="một trong {members}")
AND_MORE: Final = Text(en="{members} and {count} more", vi="{members} và {count} nơi khác")
TAKERS: Final = Text(en="plants that use {class_id}", vi="các nhà máy dùng {class_id}")
ANY_PLACE: Final = Text(en="any of its places", vi="một nơi bất kỳ của nó")
PLANT: Final = Text(en="plant {plant}", vi="nhà máy {plant}")
PLANT_START: Final = Text(en="inputs of plant {plant}", vi="đầu vào của nhà máy {plant}")
PLANT_END: Final = Text(en="outputs of plant {plant}", vi="đầu ra của nhà máy {plant}")
SUPPLY: Final = Text(en="supply of {class_id} at {node}", vi="nguồn {class_id} tại {node}")
LEFT: Final = Text(en="empties of {class_id} left at {node}", vi="vỏ rỗng của {class_id} để lại tại {node}")

LINK_NAMES: Final = {
    "link": Text(en="{id}", vi="{id}"),
    "back": Text(en="{id}, back", vi="{id}, chiều ngược"),
    "storage": Text(en="waiting at {node}", vi="chờ tại {node}"),
    "source": Text(en="starting at {node}", vi="xuất phát từ {node}"),
    "sink": Text(en="ending at {node}", vi="kết thúc tại {node}"),
    "supply": SUPPLY,
    "plant_in": Text(en="{class_id} into plant {plant}", vi="{class_id} vào nhà máy {plant}"),
    "plant_out": Text(en="{class_id} out of plant {plant}", vi="{class_id} ra khỏi nhà máy {plant}"),
    "plant_run": Text(en="plant {plant} at work", vi="nhà máy {plant} hoạt động"),
    "empties": LEFT,
}
"""What a link of each kind is called; fields are ids of the row it stands for."""

DEMAND_NAMES: Final = {
    "demand": Text(en="{id}", vi="{id}"),
    "supply": SUPPLY,
    "plant_out": Text(
        en="{class_id} of plant {plant} to other plants", vi="{class_id} của nhà máy {plant} cho nơi khác"
    ),
    "plant_run": Text(
        en="activity of plant {plant} above its minimum", vi="hoạt động nhà máy {plant} trên mức tối thiểu"
    ),
    "plant_minimum": Text(en="minimum activity of plant {plant}", vi="hoạt động tối thiểu của nhà máy {plant}"),
    "empties": Text(en="way back of empties left at {node}", vi="đường về của vỏ rỗng để lại tại {node}"),
}
"""What a demand of each kind is called."""


class Naming:
    """Names the parts of one folder's problem.

    Parameters
    ----------
    case
        The folder's problem and tables.
    """

    def __init__(self, case: FolderCase) -> None:
        self.case = case
        self._in_periods = len(case.period_ids) > 1
        ids = case.tables.tables["nodes"]["node_id"].astype(object).to_numpy()
        names = case.tables.tables["nodes"]["name"].astype(object).to_numpy()
        self._node_names: Names = np.append(np.where(names == "", ids, names), "").astype(object)

    def nodes(self) -> Words:
        """Return the words of the nodes, the program's own told as the set, plant or supply they stand for."""
        meaning = self.case.nodes
        real = meaning.is_kind("node")
        plain = self._node_names[np.where(real, meaning.subject, -1)]
        english, vietnamese = (self._with_period(plain, meaning, language).copy() for language in LANGUAGES)
        virtual = self._virtual()
        for node in np.flatnonzero(~real).tolist():
            text = virtual.get(node, ANY_PLACE)
            english[node], vietnamese[node] = text.en, text.vi
        table = np.where(real, "nodes", "").astype(object)
        row_id = np.where(real, self.case.subject_names(meaning), "").astype(object)
        return Words(table, row_id, vietnamese, english)

    def names(self) -> dict[str, Text]:
        """Return the names of nodes, of sets as demands.csv lists them, and of the program's own nodes, by id."""
        words, ids = self.nodes(), self.case.problem.node_ids
        found = {
            ids[node]: Text(en=str(words.name_en[node]), vi=str(words.name_vi[node]))
            for node in np.flatnonzero(~self.case.nodes.is_kind("node")).tolist()
        }
        table = self.case.tables.tables["nodes"]
        plain = {str(one): str(name) for one, name in zip(table["node_id"], self._node_names, strict=False)}
        found |= {one: Text(en=name, vi=name) for one, name in plain.items()}
        demands = self.case.tables.tables["demands"]
        for members in {*demands["origins"], *demands["destinations"]}:
            if len(members) > 1:
                listed = [_named(plain, member) for member in members]
                found[LIST_SEPARATOR.join(members)] = _one_of(listed)
        return found

    def links(self) -> Words:
        """Return the words of the links."""
        return self._words(self.case.links, LINK_NAMES)

    def demands(self) -> Words:
        """Return the words of the demands."""
        return self._words(self.case.demands, DEMAND_NAMES)

    def capacities(self) -> Words:
        """Return the words of the capacities."""
        return self._words(self.case.capacities, CAPACITY_NAMES)

    def _words(self, meaning: Meaning, texts: dict[str, Text]) -> Words:
        kinds = meaning.kind_names()
        table = np.array([SUBJECT_TABLE.get(kind, "") for kind in kinds], dtype=object)
        rows = self._row_ids(meaning)
        fields = self._fields(meaning)
        english, vietnamese = [], []
        for place, kind in enumerate(kinds.tolist()):
            values = {name: column[place] for name, column in fields.items()}
            text = texts[kind].format(**values)
            english.append(text.en)
            vietnamese.append(text.vi)
        return Words(
            table=table,
            row_id=rows,
            name_vi=self._with_period(np.array(vietnamese, dtype=object), meaning, "vi"),
            name_en=self._with_period(np.array(english, dtype=object), meaning, "en"),
        )

    def _row_ids(self, meaning: Meaning) -> Names:
        """Return the id of the row each part came from; a link's way back is the row of the link."""
        ids = self.case.subject_names(meaning)
        back = np.flatnonzero(meaning.is_kind("back"))
        ids[back] = self.case.text("links", "link_id", meaning.subject[back])
        return ids

    def _fields(self, meaning: Meaning) -> dict[str, Names]:
        """Return what the texts are filled with: id, node, class and plant of every part, empty where it has none."""
        size = meaning.kind.size
        fields = {"id": self._row_ids(meaning)}
        fields |= {name: np.full(size, "", dtype=object) for name in ("node", "class_id", "plant")}
        at_node = np.flatnonzero(meaning.is_kind("source", "sink"))
        fields["node"][at_node] = self._node_names[meaning.subject[at_node]]
        fields["node"][meaning.node >= 0] = self._node_names[meaning.node[meaning.node >= 0]]
        for kinds, table, columns in _COLUMNS:
            mine = np.flatnonzero(meaning.is_kind(*kinds))
            for field, column in columns.items() if mine.size else ():
                values = self.case.text(table, column, meaning.subject[mine])
                fields[field][mine] = self._called(values) if field == "node" else values
        return fields

    def _called(self, node_ids: Names) -> Names:
        """Return the names of nodes given by id."""
        places = pd.Index(self.case.tables.tables["nodes"]["node_id"].astype(object)).get_indexer(node_ids)
        return np.asarray(self._node_names[places], dtype=object)

    def _with_period(self, names: Names, meaning: Meaning, language: str) -> Names:
        """Return the names with the period behind them, where there are several."""
        if not self._in_periods:
            return names
        template = IN_PERIOD.vi if language == "vi" else IN_PERIOD.en
        periods = self.case.period_ids
        return np.array(
            [
                name if period < 0 else template.format(name=name, period=periods[period])
                for name, period in zip(names.tolist(), meaning.period.tolist(), strict=True)
            ],
            dtype=object,
        )

    def _virtual(self) -> dict[int, Text]:
        """Return what each node of the program's own stands for, told by the links that join it."""
        case, meaning = self.case, self.case.links
        tail, head = case.problem.link_from, case.problem.link_to
        fields = self._fields(meaning)
        found: dict[int, Text] = {}
        for kind, is_tail, text in _ALONE:
            for link in np.flatnonzero(meaning.is_kind(kind)).tolist():
                node = int((tail if is_tail else head)[link])
                found[node] = text.format(**{name: column[link] for name, column in fields.items()})
        members: dict[int, dict[str, Text]] = {}
        for kind, ends in (("source", tail), ("plant_out", tail), ("sink", head)):
            for link in np.flatnonzero(meaning.is_kind(kind)).tolist():
                plant = fields["plant"][link]
                name = PLANT.format(plant=plant) if kind == "plant_out" else _plain(fields["node"][link])
                members.setdefault(int(ends[link]), {})[name.en] = name
        found |= {node: _one_of(tuple(texts.values())) for node, texts in members.items()}
        return found


def _named(nodes: Mapping[str, str], member: str) -> Text:
    """Return the name of a member of a set: a node, or else a plant."""
    return _plain(nodes[member]) if member in nodes else PLANT.format(plant=member)


def _plain(name: str) -> Text:
    return Text(en=name, vi=name)


def _one_of(members: Sequence[Text]) -> Text:
    """Return the name of a set of places."""
    if len(members) == 1:
        return members[0]
    named = Text(
        en=", ".join(one.en for one in members[:MOST_NAMED]), vi=", ".join(one.vi for one in members[:MOST_NAMED])
    )
    if len(members) > MOST_NAMED:
        named = AND_MORE.format(members=named, count=len(members) - MOST_NAMED)
    return ONE_OF.format(members=named)


_COLUMNS: Final = (
    (("storage",), "storage", {"node": "node_id", "class_id": "class_id"}),
    (("supply",), "supplies", {"node": "node_id", "class_id": "class_id"}),
    (("plant_in", "plant_out"), "plant_flows", {"class_id": "class_id", "plant": "plant_id"}),
    (("plant_run", "plant_minimum"), "plants", {"plant": "plant_id"}),
    (("empties",), "empties", {"class_id": "class_id"}),
)
"""Kinds, the table of their rows, and the column that fills each field of their text."""

_ALONE: Final = (
    ("plant_run", True, PLANT_START),
    ("plant_run", False, PLANT_END),
    ("plant_in", False, TAKERS),
    ("supply", True, SUPPLY),
    ("empties", True, LEFT),
)
"""Nodes that one link explains: its kind, whether the node is its start, and what the node stands for."""
