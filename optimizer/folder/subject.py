"""A folder's plan as a ``Subject``: what explaining and comparing see of it, in the words of the folder."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from optimizer.folder.columns import TABLES
from optimizer.folder.subject_words import Naming
from optimizer.subject import Subject
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.flow.plan import Plan
    from optimizer.folder.case import FolderCase
    from optimizer.folder.tables import FlowTables

MOST_MODES: Final = 127
TOO_MANY_MODES: Final = Text(
    en="The folder has {count} modes; plans of at most {most} can be explained and compared.",
    vi="Thư mục có {count} phương thức; chỉ giải thích và so sánh được phương án có nhiều nhất {most}.",
)

PRICE_OF_RUN: Final = "price_run"
PRICE_OF_DISTANCE: Final = "price_distance"
PRICE_OF_CLASS: Final = "price_class"
PRICE_OF_STORAGE: Final = "price_storage"
PRICE_OF_MATERIAL: Final = "price_material"
PRICE_OF_PROCESSING: Final = "price_processing"


def subject_of_folder(folder_case: FolderCase, plan: Plan, *, title: str = "", inputs_sha256: str = "") -> Subject:
    """Return a folder's plan in people's words.

    Parts that the program made to say what a folder means are named by their meaning: a set of origins is "one of A,
    B", a plant's run "plant P at work". Tonnes are those of the whole horizon. A mode of modes.csv is a mode, also one
    that only hands over.

    Parameters
    ----------
    folder_case, plan
        The two belong together.
    title
        What to call it, such as the folder's name.
    inputs_sha256
        Hash of the files; of the tables as they are planned, changes included, when left out.

    Raises
    ------
    HinterlandError
        With more than 127 modes.
    """
    case, naming = folder_case, Naming(folder_case)
    letters = tuple(str(one) for one in case.tables.tables["modes"]["mode"])
    if len(letters) > MOST_MODES:
        raise HinterlandError(TOO_MANY_MODES.format(count=len(letters), most=MOST_MODES))
    settings = case.tables.settings
    return Subject(
        title=title,
        problem=case.problem,
        plan=plan,
        nodes=naming.nodes(),
        links=naming.links(),
        capacities=naming.capacities(),
        letters=letters,
        letter=_letters(case, letters),
        link_kind=case.links.kind_names(),
        length_km=case.length_km,
        hours=case.time_h,
        money_parts=_money_parts(case),
        demands=_demands(case, naming),
        capacity_kind=case.capacities.kind_names(),
        currency=settings.currency,
        price_year=settings.price_year,
        inputs_sha256=inputs_sha256 or hash_tables(case.tables),
        names=naming.names(),
        period=_period(case),
        sources=tuple(table.file for table in TABLES.values() if _has_rows(case, table.name)),
    )


def hash_tables(tables: FlowTables) -> str:
    """Return the SHA-256 of the tables a folder is planned from, whatever they were read from."""
    digest = hashlib.sha256(repr(tables.settings).encode())
    for name in sorted(tables.tables):
        digest.update(f"\0{name}\0".encode())
        digest.update(tables.tables[name].to_csv(index=False, lineterminator="\n").encode("utf-8", "replace"))
    return digest.hexdigest()


def _period(case: FolderCase) -> str:
    """Return what amounts are per: a day, or the whole horizon where that is another length."""
    return "day" if float(case.days.sum()) == 1.0 else f"{float(case.days.sum()):g} days"


def _has_rows(case: FolderCase, name: str) -> bool:
    return name in case.tables.tables and bool((case.tables.tables[name].index > 0).any())


def _letters(case: FolderCase, letters: tuple[str, ...]) -> NDArray[np.int8]:
    """Return the mode of every link of links.csv, -1 for what the program made."""
    modes = case.text("links", "mode", np.where(case.links.is_kind("link", "back"), case.links.subject, -1))
    return np.asarray(pd.Index(letters).get_indexer(modes), dtype=np.int8)


def _money_parts(case: FolderCase) -> dict[str, NDArray[np.float64]]:
    """Return what the money of a pass is made of: parts that have no row in the folder are left out.

    ``price_run`` is a link's own price of one pass, ``price_distance`` what its mode adds per km, ``price_class`` the
    price that link_classes.csv puts in place of both; waiting, material and processing have their own.
    """
    money, meaning = case.problem.money_per_t, case.links
    travels = meaning.is_kind("link", "back")
    passes = case.numbers("links", "money_per_t", np.where(travels, meaning.subject, -1))
    own = _own_prices(case)
    fixed = np.where(own | ~travels, 0.0, np.minimum(np.nan_to_num(passes), money))
    parts = {
        PRICE_OF_RUN: fixed,
        PRICE_OF_DISTANCE: np.where(own | ~travels, 0.0, money - fixed),
        PRICE_OF_CLASS: np.where(own, money, 0.0),
    }
    for name, kind in (
        (PRICE_OF_STORAGE, "storage"),
        (PRICE_OF_MATERIAL, "supply"),
        (PRICE_OF_PROCESSING, "plant_run"),
    ):
        parts[name] = np.where(meaning.is_kind(kind), money, 0.0)
    return {name: part for name, part in parts.items() if part.any()} or {PRICE_OF_RUN: fixed}


def _own_prices(case: FolderCase) -> NDArray[np.bool_]:
    """Return where link_classes.csv gives the price of a class on a link, bool[K, L]."""
    table, links = case.tables.tables["link_classes"], case.tables.tables["links"]["link_id"]
    own = np.zeros((len(case.problem.class_ids), len(links) + 1), dtype=bool)
    priced = table[table["money_per_t"].notna()]
    if priced.empty:
        return np.zeros(case.problem.allowed.shape, dtype=bool)
    class_index = pd.Index(case.problem.class_ids).get_indexer(priced["class_id"])
    own[class_index, pd.Index(links).get_indexer(priced["link_id"])] = True
    travels = case.links.is_kind("link", "back")
    return np.asarray(own[:, np.where(travels, case.links.subject, -1)])


def _demands(case: FolderCase, naming: Naming) -> pd.DataFrame:
    """Return one row a demand of the problem, those the program made included.

    Columns: ``demand_id``, ``kind``, ``commodity_id`` and ``class_id`` (the class), ``is_wanted`` (a row of
    demands.csv), ``origin_id``, ``destination_id`` (as the folder has them, ``;`` between several), ``teu_per_t`` (0
    where nobody says), ``table``, ``row_id``, ``name_vi``, ``name_en``.
    """
    problem, meaning, words = case.problem, case.demands, naming.demands()
    is_demand = meaning.is_kind("demand")
    ends = {}
    for column, table_column, node in (
        ("origin_id", "origins", problem.demand_origin),
        ("destination_id", "destinations", problem.demand_destination),
    ):
        real = case.text("nodes", "node_id", np.where(case.nodes.is_kind("node"), case.nodes.subject, -1)[node])
        found = np.where(real == "", np.array(problem.node_ids, dtype=object)[node], real)
        lists = case.tables.tables["demands"][table_column].map(";".join).astype(object).to_numpy()
        found[is_demand] = lists[meaning.subject[is_demand]]
        ends[column] = found
    t_per_teu = case.tables.tables["classes"]["t_per_teu"].to_numpy(dtype=np.float64)
    teu_per_t = np.divide(1.0, t_per_teu, out=np.zeros(t_per_teu.size), where=t_per_teu > 0)
    class_id = np.array(problem.class_ids, dtype=object)[problem.demand_class]
    ids = np.where(is_demand, case.subject_names(meaning), np.array(problem.demand_ids, dtype=object))
    return pd.DataFrame(
        {
            "demand_id": ids,
            "kind": meaning.kind_names(),
            "commodity_id": class_id,
            "class_id": class_id,
            "is_wanted": is_demand,
            **ends,
            "teu_per_t": teu_per_t[problem.demand_class],
            "table": words.table,
            "row_id": words.row_id,
            "name_vi": words.name_vi,
            "name_en": words.name_en,
        }
    )
