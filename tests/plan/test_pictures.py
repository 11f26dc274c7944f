"""The pictures of the exercises: what is committed is what the poses say, one body does it, and it prints."""

import math
import re
from cmath import phase
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from pictures import FOLDER, pictures, poses, skeleton

from toolkit.look import look
from toolkit.plan.catalogue import exercises
from toolkit.plan.drawings import POSITIONS, WIDTH, drawing

DATA, DRAWN = poses(), pictures()
MM = 40 / DATA["page"]["width"]  # a unit of the drawing at 40 mm width
SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {
    f"{SVG}svg": {"viewBox"},
    f"{SVG}path": {"d", "fill", "stroke", "stroke-width", "stroke-linejoin", "stroke-linecap", "stroke-dasharray"},
    f"{SVG}circle": {"cx", "cy", "r", "fill"},
}
HOLDS = (("hamstring_stretch", "start"), ("hamstring_stretch", "end"), ("knee_to_chest", "end"))


def bones(exercise, at):
    return skeleton(DATA, DATA["exercise"][exercise][at])


def bend(joints):
    """Return the angle of a limb's middle joint in degrees: 180 is straight."""
    root, middle, last, _ = joints
    return math.degrees(abs(phase((root - middle) / (last - middle))))


def points(path):
    """Yield points along the path data of our own writing, curves in eighths."""
    at, mirrored = 0j, 0j
    for letter, text in re.findall(r"([MLQcsZ])([^MLQcsZ]*)", path):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", text)]
        values = [complex(*pair) for pair in zip(numbers[::2], numbers[1::2], strict=True)]
        if letter in "ML":
            at, handles = values[0], []
        elif letter == "Q":
            middle, end = values
            handles = [at, at + (middle - at) * 2 / 3, end + (middle - end) * 2 / 3, end]
        elif letter in "cs":
            values = [at + value for value in values]
            handles = [at, mirrored, *values] if letter == "s" else [at, *values]
        else:
            continue
        yield at
        if handles:
            a, b, c, d = handles
            yield from ((1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t * t * (1 - t) * c + t**3 * d
                        for t in (n / 8 for n in range(9)))  # fmt: skip
            at, mirrored = d, d + (d - c)


def lightness(colour):
    """Return CIE L* of a colour: 0 black, 100 white."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


@pytest.fixture(params=sorted(DRAWN))
def root(request):
    return ElementTree.fromstring(DRAWN[request.param])  # noqa: S314  # our own text


def test_the_committed_pictures_are_what_the_poses_say():
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.svg")} == DRAWN, (
        "run `make pictures`"
    )


def test_each_exercise_of_the_catalogue_has_a_start_and_an_end():
    assert sorted(DRAWN) == sorted(f"{name}_{at}.svg" for name in exercises() for at in ("start", "end"))


@pytest.mark.parametrize("exercise", DATA["exercise"])
@pytest.mark.parametrize("at", ["start", "end"])
def test_one_body_does_all_exercises(exercise, at):
    found, length = bones(exercise, at), DATA["length"]
    spine = [place for place, _ in found["spine"]]
    assert sum(abs(b - a) for a, b in pairwise(spine)) == pytest.approx(length["trunk"])
    for limb in ("far_leg", "near_leg", "far_arm", "near_arm"):
        hip, knee, ankle, _ = found[limb]
        expected = ("thigh", "shank") if "leg" in limb else ("upper_arm", "forearm")
        assert [abs(knee - hip), abs(ankle - knee)] == pytest.approx([length[bone] for bone in expected])


@pytest.mark.parametrize(
    ("exercise", "planted"),
    [("hamstring_stretch", {"far_leg": (0, 1, 2), "near_leg": (0, 1)}), ("knee_to_chest", {"far_leg": (0, 1, 2)}),
     ("psoas_stretch", {"near_leg": (1, 2), "far_leg": (2,)}),
     ("abdominal_stability", {"near_leg": (0, 1, 2), "far_leg": (0, 1, 2)})],
)  # fmt: skip
def test_what_stays_on_the_floor_stays_in_its_place(exercise, planted):
    start, end = bones(exercise, "start"), bones(exercise, "end")
    for limb, joints in planted.items():
        for joint in joints:
            assert abs(end[limb][joint] - start[limb][joint]) < 0.5, (limb, joint)


@pytest.mark.parametrize(("exercise", "at"), HOLDS)
def test_both_hands_hold_behind_the_knee(exercise, at):
    """Behind is where the calf would touch: away from the front of the thigh."""
    found = bones(exercise, at)
    hip, knee, _, _ = found["near_leg"]
    front = (knee - hip) / abs(knee - hip) * 1j
    for arm in ("far_arm", "near_arm"):
        _, _, wrist, way = found[arm]
        fingers = wrist + 10 * way
        assert abs(fingers - knee) < DATA["length"]["thigh"] / 2, arm
        assert ((fingers - knee) / front).real < -3, arm


def test_the_hamstring_stretch_ends_with_a_straight_knee_and_toes_drawn_to_the_head():
    start, end = bones("hamstring_stretch", "start"), bones("hamstring_stretch", "end")
    assert 75 < bend(start["near_leg"]) < 105
    assert bend(end["near_leg"]) > 170
    _, knee, ankle, toes = end["near_leg"]
    assert 70 < math.degrees(abs(phase(toes / (knee - ankle)))) < 85  # 90 is a foot at rest at right angles
    assert toes.real < -0.9


def test_the_knee_to_chest_stretch_ends_with_the_knee_over_the_chest_and_the_back_on_the_floor():
    start, end = bones("knee_to_chest", "start"), bones("knee_to_chest", "end")
    assert abs(end["near_leg"][1] - end["shoulder"]) < 0.6 * abs(start["near_leg"][1] - start["shoulder"])
    assert end["spine"] == start["spine"]


def test_the_psoas_stretch_moves_an_upright_trunk_forward_over_the_planted_foot():
    start, end = bones("psoas_stretch", "start"), bones("psoas_stretch", "end")
    assert (end["hip"] - start["hip"]).real > 15
    assert (end["shoulder"] - end["hip"]).real == pytest.approx(0, abs=6)
    hip, knee, _, _ = end["near_leg"]
    assert math.degrees(phase((hip - knee) / 1j)) < -20  # the thigh leans forward: the hip is extended
    _, front_knee, front_ankle, _ = end["far_leg"]
    assert front_knee.real < front_ankle.real + 25  # not past the toes


def test_the_curl_up_lifts_the_shoulder_blades_and_no_more():
    start, end = bones("abdominal_stability", "start"), bones("abdominal_stability", "end")
    low = len(start["spine"]) // 2
    assert end["spine"][:low] == start["spine"][:low]
    assert 5 < (end["shoulder"] - start["shoulder"]).imag < 15
    assert (end["head"][0] - start["head"][0]).imag > 15


def test_start_and_end_share_a_page_and_all_share_its_width():
    boxes = {name: re.search('viewBox="0 0 (.*?) (.*?)"', text).groups() for name, text in DRAWN.items()}
    for exercise in exercises():
        assert boxes[f"{exercise}_start.svg"] == boxes[f"{exercise}_end.svg"]
    assert {width for width, _ in boxes.values()} == {"240"}


def test_a_picture_holds_plain_shapes_only(root):
    """No text, script, event, style or reference: it renders the same in a browser and in the documents."""
    for element in root.iter():
        assert set(element.attrib) <= ALLOWED[element.tag]


def test_a_picture_is_small(root):
    assert len(ElementTree.tostring(root)) < 12_000


def test_every_line_lies_on_the_page_and_no_skin_below_the_floor(root):
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    floor = height - DATA["page"]["below_floor"]
    for path in root.iter(f"{SVG}path"):
        half = float(path.attrib.get("stroke-width", 0)) / 2
        for point in points(path.attrib["d"]):
            assert half <= point.real <= width - half
            assert half <= point.imag <= height - half
            assert path.attrib["fill"] == "none" or point.imag <= floor + 0.5


def test_every_line_is_at_least_a_third_of_a_millimetre_in_print(root):
    """Half of an outline lies under the fill."""
    floor, *rest = [float(path.attrib["stroke-width"]) for path in root.iter(f"{SVG}path") if "stroke" in path.attrib]
    assert floor * MM >= 0.35
    outline = 2 * DATA["page"]["line"]
    assert all((width / 2 if width == outline else width) * MM >= 0.35 for width in rest)


def test_in_grey_the_worked_part_is_far_darker_than_the_rest():
    """By 20 steps of CIE lightness, of 100."""
    ink, fill = look()["ink"], DATA["fill"]
    assert all(lightness(ink["accent"]) + 20 < lightness(other) for other in (fill["far"], fill["hair"], fill["shirt"]))


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_each_picture_shows_its_worked_part_and_only_an_end_shows_arrows(name):
    assert f'fill="{look()["ink"]["accent"]}"' in DRAWN[name]
    assert ("Q" in DRAWN[name]) == name.endswith("_end.svg")


@pytest.mark.parametrize("position", POSITIONS)
def test_for_the_left_side_a_drawing_is_mirrored_within_its_own_width(position):
    for name in exercises():
        right, left = drawing(name, position), drawing(name, position, left=True)
        assert ElementTree.fromstring(right).get("viewBox").split()[2] == str(WIDTH)  # noqa: S314 - our own file
        (group,) = ElementTree.fromstring(left)  # noqa: S314 - our own file
        assert group.get("transform") == f"translate({WIDTH} 0) scale(-1 1)"
        assert len(group) == len(ElementTree.fromstring(right))  # noqa: S314 - our own file
