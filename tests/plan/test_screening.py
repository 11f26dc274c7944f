"""The gate: nothing is pre-answered, a red flag holds, a named physician releases, and nothing leads around it."""

import ast
import copy
import random
import sys
import types
from datetime import timedelta
from pathlib import Path

import pytest
from plan_gate import ALL, CLEAR, ON, rows
from screenings import ASKED_ON, answering, clear_screening, released

from toolkit.errors import RegimenError
from toolkit.plan import screening as gate
from toolkit.plan.questions import question_set
from toolkit.plan.screening import Screening, judge, standing_signs

TABLE = list(rows())


def verdict(given, exercises=ALL, judging=judge, **more):
    return judging(given, **{"patient_id": "p001", "exercises": exercises, "on": ON, "valid_days": 14} | more)


@pytest.mark.parametrize(("screening", "exercises", "status", "where"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])  # fmt: skip  # noqa: E501
def test_the_truth_table(screening, exercises, status, where):
    found = verdict(screening, exercises)
    assert found.status == status
    assert where is None or where in [problem.where for problem in found.problems]
    assert (status == "final") <= (found.problems == ())


def test_the_table_is_as_long_as_it_should_be():
    assert len(TABLE) == len({row[0] for row in TABLE}) > 250


def test_a_screening_that_was_used_for_a_revision_before_is_asked_again():
    used, older = clear_screening(), clear_screening(on=ON - timedelta(days=30))
    assert verdict(used, earlier=[used]).status == "draft"
    assert "ask if anything is new since 2026-03-01" in verdict(used, earlier=[used]).problems[0].message
    assert verdict(used, earlier=[older]).status == "final"
    newer = clear_screening(on=ON)
    assert verdict(used, earlier=[newer]).status == "draft", "an older asking than the last one says nothing of today"
    assert verdict(newer, earlier=[older, used]).status == "final"
    assert verdict(newer, earlier=[older, newer, used]).status == "draft", "not the last, and used all the same"
    flag = answering(used, fx_shape="yes")
    assert verdict(released(flag), earlier=[flag]).status == "draft", "a release makes no new asking of it"
    noted = used.model_copy(update={"note": "by telephone"})
    assert verdict(noted, earlier=[used]).status == "draft", "nor does another note"


def test_a_red_flag_on_record_is_lifted_by_a_release_alone():
    """A later "no" does not lift it, nor a new regimen; a named physician does."""
    assert verdict(CLEAR, standing={"ce_bladder": ASKED_ON}).status == "held"
    assert verdict(CLEAR, standing={"ce_bladder": ASKED_ON}).signs == ("ce_bladder",)
    assert verdict(None, standing={"in_fever": ASKED_ON}).status == "held"
    assert verdict(released(CLEAR), standing={"in_fever": ASKED_ON}).status == "final"
    assert verdict(released(CLEAR), standing={"in_fever": ASKED_ON}).signs == ()
    no_assessment = released(CLEAR, emergency_assessed_on=None)
    assert verdict(no_assessment, standing={"in_fever": ASKED_ON}).status == "final"
    assert verdict(no_assessment, standing={"ce_bladder": ASKED_ON}).status == "held"
    assert verdict(released(CLEAR, decision="refer_no_exercise"), standing={"in_fever": ASKED_ON}).status == "held"


@pytest.mark.parametrize(
    ("screenings", "standing"),
    [
        ([], ()),
        ([CLEAR], ()),
        ([answering(CLEAR, in_fever="yes")], ("in_fever",)),
        ([answering(CLEAR, in_fever="yes"), CLEAR], ("in_fever",)),
        ([answering(CLEAR, in_fever="yes"), answering(CLEAR, ce_sex="yes")], ("in_fever", "ce_sex")),
        ([answering(CLEAR, in_fever="yes"), released(CLEAR)], ()),
        ([released(answering(CLEAR, ce_sex="yes"))], ()),
        ([answering(CLEAR, ce_sex="yes"), released(CLEAR, emergency_assessed_on=None)], ("ce_sex",)),
        ([answering(CLEAR, in_fever="yes"), released(CLEAR, reason=" ")], ("in_fever",)),
        ([answering(CLEAR, in_fever="yes"), released(CLEAR, decision="refer_no_exercise")], ("in_fever",)),
        ([released(CLEAR), answering(CLEAR, in_fever="yes")], ("in_fever",)),
        ([answering(CLEAR, ca_age="yes")], ()),
    ],
)
def test_what_stands_on_record(screenings, standing):
    assert tuple(standing_signs(screenings, on=ON, valid_days=14)) == standing


def test_a_release_lifts_nothing_that_was_reported_after_it():
    flag = answering(clear_screening(on=ASKED_ON + timedelta(days=3)), in_fever="yes")
    early = released(CLEAR)
    assert standing_signs([flag, early], on=ON, valid_days=14) == {"in_fever": ASKED_ON + timedelta(days=3)}
    assert verdict(early, standing={"in_fever": ASKED_ON + timedelta(days=3)}).status == "held"
    later = released(CLEAR, reviewed_on=ASKED_ON + timedelta(days=3))
    assert verdict(later, standing={"in_fever": ASKED_ON + timedelta(days=3)}).status == "final"


def test_a_release_that_the_gate_refuses_lifts_nothing_once_it_is_kept():
    tomorrow = released(answering(CLEAR, in_fever="yes"), reviewed_on=ON + timedelta(days=1))
    long_ago = released(answering(CLEAR, ce_numb="yes"), emergency_assessed_on=ASKED_ON - timedelta(days=400))
    for refused, sign in ((tomorrow, "in_fever"), (long_ago, "ce_numb")):
        assert tuple(standing_signs([refused, CLEAR], on=ON, valid_days=14)) == (sign,)


def test_an_emergency_on_record_is_released_by_the_assessment_of_that_time():
    """Seen in the emergency department on the day itself, back three weeks later."""
    back = clear_screening(on=ASKED_ON + timedelta(days=21))
    seen = released(back, emergency_assessed_on=ASKED_ON)
    found = verdict(seen, on=ASKED_ON + timedelta(days=21), standing={"ce_numb": ASKED_ON})
    assert found.status == "final"


def test_nothing_is_pre_answered():
    blank = Screening(patient_id="p001")
    assert blank.answers == {} and blank.cautions == {}
    assert blank.signs == ()
    named = {problem.where for problem in verdict(blank).problems}
    assert named >= question_set().questions.keys() | question_set().cautions.keys()


def test_what_to_do_is_said_for_each_family_of_the_signs():
    found = answering(CLEAR, ce_legs="yes", in_fever="yes", ca_age="yes")
    assert [family.id for family in verdict(found).families] == ["cauda_equina", "infection"]
    assert verdict(found).families[0].act.startswith("EMERGENCY NOW")
    assert found.signs == ("ce_legs", "ca_age", "in_fever")


def test_a_word_that_is_no_answer_is_refused_with_its_place():
    with pytest.raises(RegimenError, match="answers: ce_numb: must be 'yes', 'no' or 'not_asked'; found maybe"):
        Screening(answers={"ce_numb": "maybe"})


def mutants():
    """Yield each mutant of the gate: one comparison, connective, negation or said problem turned."""
    tree = ast.parse(Path(gate.__file__).read_text(encoding="utf-8"))
    for place, node in enumerate(ast.walk(tree)):
        for turn in (turn_comparison, turn_connective, turn_negation, turn_flow):
            once = copy.deepcopy(node) if isinstance(node, TURNABLE) else None
            if once is None or not turn(once):
                continue
            changed = copy.deepcopy(tree)
            turn(list(ast.walk(changed))[place])
            yield f"line {node.lineno} {turn.__name__}", ast.fix_missing_locations(changed)


TURNABLE = (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Expr)
TURNED = {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
          ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In}  # fmt: skip


def turn_comparison(node):
    if found := isinstance(node, ast.Compare):
        node.ops[0] = TURNED[type(node.ops[0])]()
    return found


def turn_connective(node):
    if found := isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    return found


def turn_negation(node):
    if found := isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        node.operand = ast.UnaryOp(ast.Not(), node.operand)
    return found


def turn_flow(node):
    """A problem is not told."""
    if found := isinstance(node, ast.Expr) and isinstance(node.value, (ast.Yield, ast.YieldFrom)):
        node.value = ast.Constant(None)
    return found


def survives(tree):
    """Tell whether the truth table finds nothing wrong with a mutant."""
    mutant = types.ModuleType("mutant_of_the_gate")
    sys.modules[mutant.__name__] = mutant  # its models look up their annotations there
    try:
        exec(compile(tree, "mutant", "exec"), mutant.__dict__)  # noqa: S102 - our own code, turned
        used = mutant.Screening(**CLEAR.model_dump())
        newer = used.model_copy(update={"screened_on": ON})
        held = [
            verdict(used, judging=mutant.judge, earlier=[used]).status == "draft",
            verdict(used, judging=mutant.judge, earlier=[newer]).status == "draft",
            verdict(used, judging=mutant.judge, standing={"in_fever": ASKED_ON}).signs == ("in_fever",),
            verdict(None, judging=mutant.judge, standing={"in_fever": ASKED_ON}).status == "held",
            stands(mutant, used, used) == ("in_fever",),
            stands(mutant, used, released(used)) == (),
            stands(mutant, used, released(used, reviewed_on=None)) == ("in_fever",),
            stands(mutant, used, released(used, found=None)) == ("in_fever",),
            stands(mutant, used, released(used, decision="refer_no_exercise")) == ("in_fever",),
            stands(mutant, newer, released(used)) == ("in_fever",),
            verdict(used, judging=mutant.judge, earlier=[again(used)]).status == "final",
            verdict(used, judging=mutant.judge, earlier=[used.model_copy(update={"screened_on": None})]).status
            == "final",
        ]
        return all(held) and all(agrees(mutant, row) for row in TABLE)
    except Exception:  # a mutant that cannot run is caught as well
        return False
    finally:
        del sys.modules[mutant.__name__]


def stands(mutant, flag, *then):
    return tuple(mutant.standing_signs([flagged(mutant, flag), *then], on=ON, valid_days=14))


def again(used):
    """Another asking on the same day."""
    return used.model_copy(update={"screened_by": "Nurse B"})


def flagged(mutant, used):
    return mutant.Screening(**used.model_dump() | {"answers": used.answers | {"in_fever": "yes"}})


def agrees(mutant, row):
    _, given, exercises, status, where = row
    given = given and mutant.Screening(**given.model_dump())
    found = verdict(given, exercises, mutant.judge)
    return found.status == status and (where is None or where in [problem.where for problem in found.problems])


def test_the_truth_table_finds_a_gate_that_is_wrong():
    """The control: of all mutants of the rules, 95 in 100 are noticed; the unchanged rules are not."""
    tree = ast.parse(Path(gate.__file__).read_text(encoding="utf-8"))
    assert survives(tree), "the unchanged gate must pass, or the control proves nothing"
    found = list(mutants())
    alive = [name for name, mutant in found if survives(mutant)]
    assert len(found) >= 50
    assert len(alive) <= 0.05 * len(found), alive


def test_no_order_of_answers_leads_around_a_sign():
    """500 random screenings: with a holding yes and no complete release, never final; with a question open, never."""
    chance = random.Random(20260301)
    keys = list(question_set().questions)
    finals = 0
    for _ in range(500):
        found = CLEAR.model_copy(
            update={"answers": {key: chance.choice(("no",) * 40 + ("yes", "not_asked")) for key in keys}}
        )
        found = released(found, **{chance.choice(gate.RELEASE): None}) if chance.random() < 0.3 else found
        allowed = verdict(found).status
        finals += allowed == "final"
        if allowed == "final":
            assert "not_asked" not in found.answers.values()
            assert not found.holding or found.decision == "cleared"
    assert finals > 50
