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
from screenings import answering, clear_screening, released

from toolkit.errors import RegimenError
from toolkit.plan import screening as gate
from toolkit.plan.questions import question_set
from toolkit.plan.screening import Screening, judge

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


def test_a_screening_that_was_used_for_the_revision_before_is_asked_again():
    used = clear_screening()
    assert verdict(used, earlier=used).status == "draft"
    assert "ask if anything is new since 2026-03-01" in verdict(used, earlier=used).problems[0].message
    assert verdict(used, earlier=clear_screening(on=ON - timedelta(days=30))).status == "final"
    flag = answering(used, fx_shape="yes")
    assert verdict(released(flag), earlier=flag).status == "draft", "a release makes no new asking of it"


def test_nothing_is_pre_answered():
    blank = Screening(patient_id="p001")
    assert blank.answers == {} and blank.cautions == {}
    assert blank.signs == ()
    named = {problem.where for problem in verdict(blank).problems}
    assert named >= question_set().questions.keys() | question_set().cautions.keys()


def test_what_to_do_is_said_for_each_family_of_the_signs():
    found = answering(CLEAR, ce_legs="yes", in_fever="yes", ca_age="yes")
    assert [family.id for family in found.families] == ["cauda_equina", "infection"]
    assert found.families[0].act.startswith("EMERGENCY NOW")
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
        return verdict(used, judging=mutant.judge, earlier=used).status == "draft" and all(
            agrees(mutant, row) for row in TABLE
        )
    except Exception:  # a mutant that cannot run is caught as well
        return False
    finally:
        del sys.modules[mutant.__name__]


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
