"""The file of a chain: the shipped one is whole, and whatever is wrong with another is told where it stands."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import supplychain
from supplychain.chains.document import codes_document
from supplychain.chains.read import LARGEST_BYTES, find_chain, list_chains, read_chain
from supplychain.errors import FindingsError

SHARED = Path(__file__).parents[2] / "shared" / "data" / "codes"

GOOD = """\
version: 1
chain_id: rubber
name: {en: Rubber, vi: Cao su}
stages:
  - stage_id: latex
    name: {en: Latex, vi: Mủ cao su}
    makes: {en: Latex, vi: Mủ}
    signs:
      - hs: ["4001"]
  - stage_id: tyres
    name: {en: Tyres, vi: Lốp xe}
    makes: {en: Tyres, vi: Lốp}
    signs:
      - hs: ["40.11"]
        kinds: [goods]
        words: [Lốp xe]
    near:
      - vsic_2018: ["2219"]
        why: {en: makes rubber goods, vi: làm hàng cao su}
    certificates:
      - {scheme: IATF 16949, essential: yes, why: {en: cars, vi: ô tô}}
    skills:
      - {name: {en: moulding, vi: ép lưu hóa}, words: [lưu hóa]}
    inputs: [latex]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "rubber.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_province_can_add_a_chain_of_its_own(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    chain = read_chain(find_chain(str(path)))
    assert [stage.stage_id for stage in chain.stages] == ["latex", "tyres"]
    tyres = chain.stage("tyres")
    assert tyres.signs[0].hs == ("4011",), "points are taken out"
    assert tyres.signs[0].words == ("lop xe",), "words are folded"
    assert chain.stage("latex").signs[0].kinds == ("goods", "service"), "what firms offer, unless said"
    assert tyres.certificates[0].essential
    assert tyres.inputs == ("latex",)


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("version: 1", "version: 2", "version", "must be 1"),
        ("version: 1\n", "", "", "version is missing"),
        ("chain_id: rubber", "chain_id: Rubber 1", "chain_id", "is no id"),
        ("{en: Rubber, vi: Cao su}", "{en: Rubber}", "name", "vi is missing"),
        ("{en: Rubber, vi: Cao su}", "Rubber", "name", "keys with values"),
        ('hs: ["4001"]', 'hs: ["4001x"]', "stages[1] latex.signs[1].hs", "2, 4, 6 or 8 digits"),
        ('hs: ["4001"]', "hs: [4001]", "stages[1] latex.signs[1].hs[1]", "quotation marks"),
        ('hs: ["4001"]', "kinds: [goods]", "stages[1] latex.signs[1]", "needs a code"),
        ('hs: ["4001"]', "hs: 4001", "stages[1] latex.signs[1].hs", "must stand a list"),
        ("kinds: [goods]", "kinds: [good]", "stages[2] tyres.signs[1].kinds", "not one of: goods"),
        ('vsic_2018: ["2219"]', 'vsic_2018: ["9"]', "stages[2] tyres.near[1].vsic_2018", "VSIC 2018"),
        (
            "        why: {en: makes rubber goods, vi: làm hàng cao su}\n",
            "",
            "stages[2] tyres.near[1]",
            "why is missing",
        ),
        ("essential: yes", "essential: maybe", "stages[2] tyres.certificates[1].essential", "yes or no"),
        ("scheme: IATF 16949", 'scheme: ""', "stages[2] tyres.certificates[1].scheme", "quotation marks"),
        ("words: [lưu hóa]", "words: []", "stages[2] tyres.skills[1].words", "not be empty"),
        ("inputs: [latex]", "inputs: [later]", "stages tyres.inputs", "no stage 'later'"),
        ("inputs: [latex]", "inputs: [tyres]", "stages tyres.inputs", "not draw on itself"),
        ("inputs: [latex]", "input: [latex]", "stages[2]", "Known are: inputs"),
        ("stage_id: tyres", "stage_id: latex", "stages", "there twice"),
        (
            "    inputs: [latex]",
            '    industries: {hs: ["40"]}',
            "stages[2] tyres.industries",
            "only codes of industries",
        ),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(tmp_path: Path, old: str, new: str, place: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(FindingsError) as caught:
        read_chain(written(tmp_path, GOOD.replace(old, new)))
    found = [finding for finding in caught.value.findings if said in finding.text.en]
    assert found, caught.value.sentence("en")
    assert found[0].file == "rubber.yaml"
    assert found[0].column == place
    assert found[0].text.vi != found[0].text.en
    assert "docs/registry/chains.md" in caught.value.text.vi


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("version: 1", "version: 3").replace("[latex]", "[later]").replace('"4001"', '"x"')
    with pytest.raises(FindingsError) as caught:
        read_chain(written(tmp_path, text))
    assert len(caught.value.findings) == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"- a\n- b\n", "holds no keys"),
        (b"a: [", "YAML"),
        (b"chain_id: a\nchain_id: b\n", "twice"),
        (b"stages: []\n", "must not be empty"),
        ("name: Bán dẫn".encode("utf-16"), "UTF-16"),
        (b"a: !!python/object/apply:os.system [ls]", "YAML"),
        (b"[" * 5_000, "YAML"),
        (b"a" * (LARGEST_BYTES + 1), "bytes"),
    ],
)
def test_what_is_no_chain_is_refused_in_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    with pytest.raises(FindingsError) as caught:
        read_chain(path)
    assert said in caught.value.sentence("en")
    assert "Traceback" not in caught.value.sentence("vi")


def test_a_chain_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(FindingsError, match=r"no chain rubber\. There are: semiconductor"):
        find_chain("rubber")
    with pytest.raises(FindingsError) as caught:
        read_chain(find_chain(str(tmp_path / "no.yaml")))
    assert caught.value.findings


@pytest.mark.parametrize("name", list_chains())
def test_the_shipped_chains_are_whole(name: str) -> None:
    """Each stage is said in both languages, has signs; every certificate and near trade says why."""
    chain = read_chain(find_chain(name))
    assert chain.chain_id == name
    assert chain.sources
    for stage in chain.stages:
        texts = [stage.name, stage.makes]
        texts += [one.why for one in stage.certificates] + [one.why for one in stage.near]
        texts += [skill.name for skill in stage.skills]
        assert all(text.en and text.vi for text in texts), stage.stage_id
        assert stage.signs, stage.stage_id


def test_the_semiconductor_chain_has_every_stage() -> None:
    """From design to devices, with the standards its customers name."""
    chain = read_chain(find_chain("semiconductor"))
    assert {
        "design",
        "eda_ip",
        "wafer_fab",
        "wafers",
        "gases_chemicals",
        "masks",
        "equipment",
        "packaging_test",
        "substrates",
        "test",
        "electronics",
        "training_research",
        "utilities",
    } == {stage.stage_id for stage in chain.stages}
    schemes = {one.scheme for stage in chain.stages for one in stage.certificates}
    assert {"IATF 16949", "ISO 14644-1", "ANSI/ESD S20.20", "SEMI S2", "ISO/IEC 17025"} <= schemes
    codes = codes_document(chain.stage("packaging_test"))
    assert "8541" in codes["hs"]


@pytest.mark.shared_data
def test_codes_of_the_shipped_chains_exist() -> None:
    """Against the published lists: HS 2022 (ODC-PDDL) and ISIC Rev. 4; classes of VSIC 2018 follow ISIC where named."""
    if not SHARED.is_dir():
        pytest.skip(f"the lists of codes are not part of the project: {SHARED} is absent")
    with (SHARED / "hs2022.csv").open(encoding="utf-8", newline="") as file:
        hs = {row["hscode"] for row in csv.DictReader(file)}
    isic = json.dumps(json.loads((SHARED / "isic_rev4_en.json").read_text(encoding="utf-8")))
    for name in list_chains():
        for stage in read_chain(find_chain(name)).stages:
            signs = [*stage.signs, *(near.sign for near in stage.near)]
            for sign in signs:
                assert set(sign.hs) <= hs, stage.stage_id
                assert all(f'"{code}"' in isic for code in sign.isic), stage.stage_id


def test_the_articles_of_the_pack_meet_the_stages_they_were_written_for() -> None:
    """Each article of the worked example bears a sign of its stage and of no other that excludes it."""
    from supplychain.chains.belonging import Trade, belongs, phrase  # noqa: PLC0415 - used here alone

    folder = Path(supplychain.__file__).parent / "regions" / "binh_duong"
    with (folder / "articles.csv").open(encoding="utf-8", newline="") as file:
        articles = {row["article_id"]: row for row in csv.DictReader(file)}
    expected = {
        "art_ic_design": {"design"},
        "art_eda_licences": {"eda_ip"},
        "art_processed_wafers": {"wafer_fab"},
        "art_wafers": {"wafers"},
        "art_industrial_gases": {"gases_chemicals"},
        "art_high_purity_chemicals": {"gases_chemicals"},
        "art_photomasks": {"masks"},
        "art_packaging_equipment": {"equipment"},
        "art_processors": {"packaging_test"},
        "art_discrete_devices": {"packaging_test"},
        "art_packaged_chips": {"packaging_test"},
        "art_chip_substrates": {"substrates"},
        "art_lead_frames": {"substrates"},
        "art_pcb_bare": {"substrates"},
        "art_chip_test": {"test"},
        "art_test_sockets": {"test"},
        "art_lab_reliability": {"test"},
        "art_pcba": {"electronics"},
        "art_training_ic_design": {"training_research"},
        "art_lab_ic_design": {"training_research"},
        "art_mpw": {"training_research"},
        "art_clean_rooms": {"utilities"},
        "art_ultrapure_water": {"utilities"},
        "art_oak_beds": set(),
        "art_sports_shoes": set(),
    }
    chain = read_chain(find_chain("semiconductor"))
    for article_id, stages in expected.items():
        row = articles[article_id]
        names = (row["name_vi"], row["name_en"], *row["synonyms"].split(";"))
        trade = Trade(
            row["kind"], row["hs_code"], row["vsic_code"], row["vsic_version"], row["isic_code"], phrase(names)
        )
        found = {stage.stage_id for stage in chain.stages if any(belongs(trade, sign) for sign in stage.signs)}
        assert found == stages, article_id
