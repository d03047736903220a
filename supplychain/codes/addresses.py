"""Vietnamese addresses read by the units before and since July 2025, with what is certain and what is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from supplychain.codes.address_sentences import (
    DIVIDED,
    EARLIER_NAME,
    NEW_PROVINCE_OLD_DISTRICT,
    NEW_WARD_OLD_NAMES,
    NO_WARD,
    NOTHING,
    OTHER_KIND,
    PROVINCE_INFERRED,
    RUN_ON,
    SEVERAL_DISTRICTS,
    SEVERAL_WARDS,
    WARD_OR_DISTRICT,
)
from supplychain.codes.address_words import Mention, Words, find_mention, read_words
from supplychain.codes.unit_index import UnitIndex, as_typed, unit_index
from supplychain.codes.unit_names import name_key
from supplychain.codes.units import Level, Unit, UnitTable, unit_table
from supplychain.text import Text

Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class ParsedAddress:
    """An address taken apart.

    Parameters
    ----------
    street
        What is left when the units are taken out, as typed: house, street, quarter, industrial park.
    ward, district, province
        Units that are certain; None where none or several fit.
    old
        True if read by the units before July 2025, False by those since, None where both readings mean the same or
        neither is certain.
    new_wards
        Wards since July 2025 where the address can lie: one if certain, several where a ward was divided or a name is
        ambiguous, none where no ward was recognised.
    candidates
        Units that fit where several do, old ones first.
    confidence
        How sure the ward is: ``high`` where it is one ward written with its place, ``medium`` where something was
        inferred, ``low`` where there is none or several.
    reasons
        What was inferred, ambiguous or not recognised.
    """

    street: str
    ward: Unit | None
    district: Unit | None
    province: Unit | None
    old: bool | None
    new_wards: tuple[Unit, ...]
    candidates: tuple[Unit, ...]
    confidence: Confidence
    reasons: tuple[Text, ...]


def parse_address(text: str) -> ParsedAddress:
    """Return the parts of a Vietnamese address, with and without marks, in Vietnamese or English word order.

    Nothing is guessed: where several units fit, ``ward`` is None and ``candidates`` names them. Text that holds no
    address gives no units, not an error.
    """
    return _Reading(read_words(text), unit_table(), unit_index()).result()


def find_units(text: str) -> tuple[Unit, ...]:
    """Return the units that a name can mean: of any level, old ones first, then by code.

    A word for the kind and marks narrow the search where they agree with some unit; a longer text is read as an
    address, and only units that fit all its parts are returned.
    """
    if "," in text:
        parsed = parse_address(text)
        found = parsed.ward or parsed.district or parsed.province
        return parsed.candidates or ((found,) if found else ())
    words, index = read_words(text), unit_index()
    units: dict[tuple[str, bool], Unit] = {}
    levels: tuple[Level, ...] = ("province", "district", "ward")
    for level in levels:
        for mention in find_mention(words, level, index):
            if (mention.start, mention.end) == (0, len(words.keys)):
                narrowed = _of_kind(mention.units, mention.kind) or mention.units
                units.update({(unit.code, unit.former): unit for unit in as_typed(narrowed, mention.typed)})
    ordered = sorted(units.values(), key=lambda unit: (not unit.former, len(unit.code), unit.code))
    return as_typed(ordered, text.strip()) if len(ordered) > 1 else tuple(ordered)


class _Reading:
    """One address while it is read, level by level from the province down."""

    def __init__(self, words: Words, table: UnitTable, index: UnitIndex) -> None:
        self.words, self.table, self.index = words, table, index
        self.reasons: list[Text] = []
        self.candidates: tuple[Unit, ...] = ()
        self.old_provinces: set[str] = set()
        self.merged_provinces: set[str] = set()
        self.new_provinces: set[str] = set()
        self.all_new: set[str] = set()
        self.inferred = False
        self.marked_wards = list(find_mention(words, "ward", index, ends=False))
        self.province = self._read_province()
        self.districts = self._read_district()

    def result(self) -> ParsedAddress:
        ward, old, new_wards = self._read_ward()
        district = self.districts[0] if len(self.districts) == 1 else None
        if ward is not None and ward.former:
            district = self.table.units[ward.parent, True]
        lowest = ward or district
        province = self._province_of(lowest)
        if old is None and ward is None and not self.candidates:
            old = True if self.districts or self._only_old() else None
        if lowest is None and province is None and not self.candidates:
            self.reasons = [NOTHING]
        elif ward is None and not self.candidates:
            self.reasons.append(NO_WARD)
        sure: Confidence = "low" if ward is None else "medium" if self.inferred else "high"
        return ParsedAddress(
            street=_street(self.words),
            ward=ward,
            district=district,
            province=province,
            old=old,
            new_wards=new_wards,
            candidates=self.candidates,
            confidence=sure,
            reasons=tuple(self.reasons),
        )

    def _read_province(self) -> tuple[Unit, ...]:
        for mention in find_mention(self.words, "province", self.index):
            units = mention.units
            if mention.kind == "municipality" and not _of_kind(units, "municipality"):
                continue
            if self._within_ward(mention):
                continue
            self._use(mention)
            self.old_provinces = {unit.code for unit in units if unit.former}
            self.new_provinces = {unit.code for unit in units if not unit.former}
            into = self.new_provinces | {new for code in self.old_provinces for new in self.table.successors[code]}
            self.merged_provinces = {old for code in self.new_provinces for old in self.table.predecessors[code]}
            self.all_new = into
            return units
        return ()

    def _within_ward(self, mention: Mention) -> bool:
        """Tell whether the name is part of a longer one that is marked as a ward: ``phường Nam Hồng Lĩnh``."""
        return any(ward.start <= mention.start and mention.end <= ward.end for ward in self.marked_wards)

    def _only_old(self) -> bool:
        return bool(self.old_provinces) and not self.new_provinces

    def _read_district(self) -> tuple[Unit, ...]:
        for mention in find_mention(self.words, "district", self.index):
            units = self._districts_here(mention.units)
            if not units or (mention.run_on and not self.province) or self._within_ward(mention):
                continue
            if mention.kind is None and self._may_be_new_ward(mention):
                continue
            return self._take_districts(mention, units)
        return self._renamed_district()

    def _districts_here(self, units: tuple[Unit, ...]) -> tuple[Unit, ...]:
        if not self.province:
            return units
        here = tuple(unit for unit in units if unit.parent in self.old_provinces)
        return here or tuple(unit for unit in units if unit.parent in self.merged_provinces)

    def _take_districts(self, mention: Mention, units: tuple[Unit, ...]) -> tuple[Unit, ...]:
        units = as_typed(_of_kind(units, mention.kind) or units, mention.typed)
        self._use(mention)
        if len(units) == 1 and self.province and units[0].parent not in self.old_provinces:
            old = self.table.units[units[0].parent, True]
            self._tell(NEW_PROVINCE_OLD_DISTRICT, district=units[0].title, old=old.title)
        if len(units) > 1:
            self._tell(SEVERAL_DISTRICTS, name=mention.typed, count=len(units))
        return units

    def _renamed_district(self) -> tuple[Unit, ...]:
        renamed = UnitIndex({}, self.index.renamed_districts, {}, {}, {})
        for mention in find_mention(self.words, "district", renamed):
            units = self._districts_here(mention.units)
            if len(units) == 1 and mention.kind is not None:
                self._use(mention)
                self._tell(EARLIER_NAME, name=mention.typed, unit=units[0].title)
                return units
        return ()

    def _may_be_new_ward(self, mention: Mention) -> bool:
        """Tell whether a bare name can be a ward of today as well as a former district; then it is told, not chosen."""
        districts = self._districts_here(mention.units)
        here = self.new_provinces or {new for unit in districts for new in self.table.successors[unit.parent]}
        named = self.index.named("ward", name_key(mention.typed))
        wards = [unit for unit in named if not unit.former and unit.parent in here]
        if self._only_old() or not wards:
            return False
        self._use(mention)
        if self._ward_beside(mention):
            return False
        self.candidates = (*districts, *wards)
        self._tell(WARD_OR_DISTRICT, name=mention.typed)
        return True

    def _ward_beside(self, mention: Mention) -> bool:
        """Tell whether some other part of the address is marked as a ward, or names one of the former district."""
        districts = {unit.code for unit in self._districts_here(mention.units)}
        return any(
            found.kind is not None or any(unit.parent in districts for unit in found.units if unit.former)
            for found in find_mention(self.words, "ward", self.index)
            if found.end <= mention.start or found.start >= mention.end
        )

    def _read_ward(self) -> tuple[Unit | None, bool | None, tuple[Unit, ...]]:
        if self.candidates:
            return None, None, self._targets(self.candidates)
        for index in (self.index, UnitIndex({}, {}, self.index.renamed_wards, {}, {})):
            for mention in find_mention(self.words, "ward", index):
                if mention.run_on and not self.districts:
                    continue
                old, new = self._wards_here(mention)
                if old or new:
                    self._use(mention)
                    if index is not self.index:
                        self.inferred = True
                        names = Text(en=_names(old, "en"), vi=_names(old, "vi"))
                        self._tell(EARLIER_NAME, name=mention.typed, unit=names)
                    return self._decide(mention, old, new)
        if len(self.districts) == 1 and self.districts[0].code in self.table.successors:
            return None, None, self._targets(self.districts)  # an island district without wards
        return None, None, ()

    def _wards_here(self, mention: Mention) -> tuple[tuple[Unit, ...], tuple[Unit, ...]]:
        fitting = tuple(unit for unit in mention.units if self._fits(unit))
        fitting = as_typed(_of_kind(fitting, mention.kind) or fitting, mention.typed)
        old = tuple(unit for unit in fitting if unit.former)
        new = tuple(unit for unit in fitting if not unit.former)
        return (old, ()) if old and self.districts else (old, new)

    def _fits(self, unit: Unit) -> bool:
        districts = {district.code for district in self.districts}
        if unit.former:
            if districts:
                return unit.parent in districts
            return not self.province or self.table.units[unit.parent, True].parent in self.old_provinces
        if self.province and unit.parent not in self.all_new:
            return False
        before = [self.table.units[code, True] for code in self.table.predecessors[unit.code]]
        if districts:
            return any(old.parent in districts or old.code in districts for old in before)
        if self._only_old():
            return any(self._old_province(old) in self.old_provinces for old in before)
        return True

    def _old_province(self, unit: Unit) -> str:
        while unit.parent:
            unit = self.table.units[unit.parent, True]
        return unit.code

    def _decide(
        self, mention: Mention, old: tuple[Unit, ...], new: tuple[Unit, ...]
    ) -> tuple[Unit | None, bool | None, tuple[Unit, ...]]:
        targets = self._targets((*old, *new))
        if not self.province:
            self.inferred = True
        if mention.run_on:
            self.inferred = True
            self._tell(RUN_ON, name=mention.typed)
        if len(new) == 1 and targets == new:
            return self._agreed(mention, old, new[0])
        if len(old) == 1 and not new:
            self._tell_kind(mention, old[0])
            if len(targets) > 1:
                parts = Text(en=_names(targets, "en"), vi=_names(targets, "vi"))
                self._tell(DIVIDED, name=old[0].title, parts=parts)
            return old[0], True, targets
        self.candidates = (*old, *new)
        self._tell(SEVERAL_WARDS, name=mention.typed, count=len(self.candidates))
        return None, None, targets

    def _agreed(
        self, mention: Mention, old: tuple[Unit, ...], new: Unit
    ) -> tuple[Unit | None, bool | None, tuple[Unit, ...]]:
        """Return the one ward of today that every reading leads to."""
        if len(old) == 1 and self._only_old():
            self._tell_kind(mention, old[0])
            return old[0], True, (new,)
        self._tell_kind(mention, new)
        if not old and (self.districts or self._only_old()):
            self._tell(NEW_WARD_OLD_NAMES, ward=new.title)
        return new, (None if old else False), (new,)

    def _tell_kind(self, mention: Mention, unit: Unit) -> None:
        if mention.kind and mention.kind != unit.kind:
            self.inferred = True
            self._tell(OTHER_KIND, name=mention.typed, unit=unit.title)

    def _targets(self, units: tuple[Unit, ...]) -> tuple[Unit, ...]:
        """Return the wards of today that old and new wards stand for, each once."""
        codes: dict[str, None] = {}
        for unit in units:
            codes.update(dict.fromkeys(self.table.successors.get(unit.code, ()) if unit.former else (unit.code,)))
        return tuple(self.table.units[code, False] for code in codes)

    def _province_of(self, lowest: Unit | None) -> Unit | None:
        if lowest is not None:
            if not self.province:
                self._tell(PROVINCE_INFERRED)
            return list(self.table.parents(lowest))[-1]
        new = [unit for unit in self.province if not unit.former]
        return next(iter([*new, *self.province]), None)

    def _use(self, mention: Mention) -> None:
        for place in range(mention.start, mention.end):
            self.words.used[place] = True

    def _tell(self, sentence: Text, **values: object) -> None:
        self.reasons.append(sentence.format(**values))


def _of_kind(units: tuple[Unit, ...], kind: str | None) -> tuple[Unit, ...]:
    return tuple(unit for unit in units if not kind or unit.kind == kind)


def _names(units: tuple[Unit, ...], language: Literal["en", "vi"]) -> str:
    return ", ".join(unit.title.of(language) for unit in units)


def _street(words: Words) -> str:
    """Return the words that no unit took, as typed, with the separators between them."""
    parts: list[str] = []
    place = 0
    while place < len(words.keys):
        if words.used[place]:
            place += 1
            continue
        end = place
        while end < len(words.keys) and not words.used[end]:
            end += 1
        parts.append(words.typed(place, end))
        place = end
    return ", ".join(parts)
