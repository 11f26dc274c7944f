"""Draws the pictures of the exercises, a start and an end each, from toolkit/plan/pictures/poses.toml as SVG files."""

import tomllib
from cmath import phase, rect
from math import acos, radians
from pathlib import Path

from toolkit.look import look

FOLDER = Path(__file__).parents[1] / "toolkit/plan/pictures"
# the two bones of a limb, what hangs at their end, the joint that may be placed, the way its middle joint bends
LIMBS = {"leg": ("thigh", "shank", "foot", "ankle", 1), "arm": ("upper_arm", "forearm", "hand", "wrist", -1)}
CLOTHES = {"near_leg": "shorts", "near_arm": "sleeve"}
ROOT_ROWS = 3  # the first rows of a limb's outline lie inside the trunk and get no line


def poses():
    """Return the body and its positions."""
    return tomllib.loads((FOLDER / "poses.toml").read_text(encoding="utf-8"))


def pictures():
    """Return the text of each SVG file, by its name."""
    data = poses()
    return {f"{name}_{at}.svg": picture(data, name, at) for name in data["exercise"] for at in ("start", "end")}


def picture(data, name, at):
    """Return one drawing: floor, ghost, far limbs, body, near limbs and arrows, each over the one before."""
    exercise = data["exercise"][name]
    pose, worked = exercise[at], exercise["worked"]
    paper, skin = Paper(data, exercise["height"]), shapes(data, pose)
    paper.floor()
    paper.ghost(ghost(data, exercise["start"], pose))
    for limb in ("far_leg", "far_arm"):
        paper.solid(skin[limb].values(), "far")
    trunk, *head = skin["body"].values()
    paper.outline([trunk, *head])
    paper.fill([trunk], "shirt")
    if worked == "belly":
        paper.fill([skin["belly"]], "accent")
    for limb in ("near_leg", "near_arm"):
        paper.solid(skin[limb].values(), "accent" if limb == worked else "paper", hidden=ROOT_ROWS)
        if limb != worked:
            paper.fill([skin["clothes"][limb]], "shirt")
    paper.fill(head, "paper")
    paper.fill([skin["hair"]], "hair")
    paper.dot(skin["eye"][0], 1.3)
    for ink, halo in (("text", "paper"), ("paper", None)):
        for points in pose.get("arrows" if halo else "drawn_in", []):
            paper.arrow([complex(*point) for point in points], ink, halo)
    return paper.svg()


def ghost(data, start, pose):
    """Return the parts of the start position that the end shows dashed."""
    skin = shapes(data, start)
    return [skin[limb][part] for limb, parts in pose.get("ghost", {}).items() for part in parts]


def skeleton(data, pose):
    """Return the joints of a position; a limb is its three joints and the way its end points."""
    spine, length = list(curve(data, pose)), data["length"]
    (hip, _), (shoulder, way) = spine[0], spine[-1]
    face = direction(pose["head"]) * -1j
    skull = shoulder + way * length["neck"]
    found = {"hip": hip, "shoulder": shoulder, "spine": spine, "skull": skull}
    found["head"] = skull - complex(*data["head"]["base"]) * face, face
    for limb in ("far_leg", "near_leg", "far_arm", "near_arm"):
        found[limb] = limb_joints(length, hip if "leg" in limb else shoulder, limb, pose[limb])
    return found


def curve(data, pose, steps=40):
    """Yield place and way along the trunk, hip to shoulder; a curl bends its upper part evenly."""
    at, length = complex(*pose["hip"]), data["length"]["trunk"]
    curl = pose.get("curl", {"from": 0, "degrees": 0})
    for step in range(steps + 1):
        bent = max(0, step / steps - curl["from"]) / (1 - curl["from"])
        way = direction(pose["trunk"] - curl["degrees"] * bent)
        yield at, way
        at += way * length / steps


def limb_joints(length, root, limb, pose):
    """Return root, middle and last joint: from the directions of both bones, or from the place of the last."""
    first, second, end, placed, bend = LIMBS[limb[-3:]]
    if placed in pose:
        last, a, b = complex(*pose[placed]), length[first], length[second]
        reach = abs(last - root)
        assert reach < a + b, f"{limb}: {placed} is {reach:.1f} away, {first} and {second} are {a + b:g} long"
        middle = root + rect(a, phase(last - root) + bend * acos((a * a + reach * reach - b * b) / (2 * a * reach)))
    else:
        middle = root + direction(pose[first]) * length[first]
        last = middle + direction(pose[second]) * length[second]
    return root, middle, last, direction(pose[end])


def shapes(data, pose):
    """Return the outlines of a position as lists of points: the parts of each limb and of the body, by name."""
    bones, outline, found = skeleton(data, pose), data["outline"], {}
    for limb in ("far_leg", "near_leg", "far_arm", "near_arm"):
        first, second, end, *_ = LIMBS[limb[-3:]]
        root, middle, last, way = bones[limb]
        found[limb] = {
            first: tube(outline[first], line(root, middle), 1j),
            second: tube(outline[second], line(middle, last), 1j),
            end: moved(outline[pose[limb].get("shape", end)], last, way),
        }
    neck = tube(outline["neck"], line(bones["shoulder"], bones["skull"]), -1j)
    trunk, belly = (tube(outline[part], along(bones["spine"]), -1j) for part in ("trunk", "belly"))
    skull, hair, eye = (moved(data["head"][part], *bones["head"]) for part in ("skull", "hair", "eye"))
    found["clothes"] = {limb: tube(outline[cloth], line(*bones[limb][:2]), 1j) for limb, cloth in CLOTHES.items()}
    return found | {"body": {"trunk": trunk, "neck": neck, "skull": skull}, "belly": belly, "hair": hair, "eye": eye}


def tube(rows, spine, front):
    """Return the outline around a spine: a row is a place along it, the depth in front and the depth behind."""
    there = [at + way * front * ahead for (at, way), (_, ahead, _) in zip(map(spine, column(rows)), rows, strict=True)]
    rows = rows[-2:0:-1]
    back = [at - way * front * behind for (at, way), (_, _, behind) in zip(map(spine, column(rows)), rows, strict=True)]
    return there + back


def column(rows):
    return [row[0] for row in rows]


def line(start, end):
    """Return the straight spine between two joints: the place and way at a part of its length."""
    return lambda part: (start + (end - start) * part, (end - start) / abs(end - start))


def along(spine):
    """Return the curved spine of the trunk, straight beyond its ends."""
    steps = len(spine) - 1
    length = abs(spine[1][0] - spine[0][0]) * steps

    def at(part):
        inside = min(max(part, 0), 1)
        place, way = spine[round(inside * steps)]
        return place + way * length * (part - inside), way

    return at


def moved(points, origin, way):
    return [origin + complex(*point) * way for point in points]


def direction(degrees):
    return rect(1, radians(degrees))


class Paper:
    """An SVG under the pen, of plain paths; the drawing's y = 0 is the floor, and y is turned downwards."""

    def __init__(self, data, height):
        self.page, self.height, self.lines = data["page"], height, []
        self.colour = look()["ink"] | data["fill"]

    def floor(self):
        """Draw the floor under y = 0, so that an outline rests on it."""
        y, (left, right) = -self.page["line"] / 2, self.page["floor"]
        self.stroke(self.straight([complex(left, y), complex(right, y)]), "quiet", self.page["line"])

    def ghost(self, parts):
        dash = f' stroke-dasharray="{self.page["dash"][0]} {self.page["dash"][1]}"'
        if parts:
            self.stroke("".join(map(self.curve, parts)), "ghost", 2 * self.page["line"], dash)
        for part in parts:
            self.fill([part], "paper")

    def solid(self, parts, colour, hidden=0):
        """Draw parts as one shape: its outline, and over it all fills."""
        self.outline(parts, hidden)
        self.fill(parts, colour)

    def outline(self, parts, hidden=0):
        """Draw the outer half of a line around all parts; a limb's hidden rows grow out of the body."""
        first, *rest = parts
        self.stroke("".join([self.curve(first, hidden), *map(self.curve, rest)]), "text", 2 * self.page["line"])

    def fill(self, parts, colour):
        self.lines.append(f'<path d="{"".join(map(self.curve, parts))}" fill="{self.colour[colour]}"/>')

    def dot(self, centre, radius):
        x, y = self.place(centre).real, self.place(centre).imag
        self.lines.append(f'<circle cx="{x:g}" cy="{y:g}" r="{radius}" fill="{self.colour["text"]}"/>')

    def arrow(self, points, ink, halo):
        """Draw an arrow from its start along its bend to its tip, on a halo where it crosses other lines."""
        start, bend, tip = points
        way = (tip - bend) / abs(tip - bend)
        neck, side = tip - way * self.page["head_length"], way * 1j * self.page["head_width"] / 2
        shaft = f"M{pairs(self.place(start))}Q{pairs(self.place(bend - way * 5), self.place(neck + way))}"
        if halo:
            self.stroke(shaft, halo, self.page["arrow"] + 4)
        self.stroke(shaft, ink, self.page["arrow"])
        head = self.straight([tip, neck + side, neck - side])
        self.lines.append(f'<path d="{head}Z" fill="{self.colour[ink]}"/>')

    def stroke(self, path, colour, width, more=""):
        ends = 'stroke-linejoin="round" stroke-linecap="round"' if not more else more.strip()
        self.lines.append(
            f'<path d="{path}" fill="none" stroke="{self.colour[colour]}" stroke-width="{width:g}" {ends}/>'
        )

    def straight(self, points):
        return "M" + "L".join(pairs(self.place(point)) for point in points)

    def curve(self, points, hidden=0):
        """Return the closed curve through the points, open where its first rows are hidden.

        A Catmull-Rom spline: its Bezier handles mirror each other at each point, so that `s` says one of the two.
        """
        points = [self.place(point) for point in points]
        count, at = len(points), points[hidden]
        text = f"M{pairs(at)}"
        for i in range(hidden, count - hidden if hidden else count):
            before, here, there, after = (points[j % count] for j in range(i - 1, i + 3))
            first = [] if i > hidden else [(there - before) / 6]
            text += ("c" if first else "s") + pairs(*first, there - (after - here) / 6 - at, there - at)
            at = there
        return text + ("" if hidden else "Z")

    def place(self, point):
        """Return a point on the page, to a tenth of a unit: what is relative to it then adds up."""
        return complex(round(point.real, 1), round(self.height - self.page["below_floor"] - point.imag, 1))

    def svg(self):
        size = f'viewBox="0 0 {self.page["width"]} {self.height}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n' + "\n".join(self.lines) + "\n</svg>\n"


def pairs(*points):
    """Return coordinates as path data, to a tenth of a unit a minus parts as a space does."""
    numbers = [round(value, 1) or 0.0 for point in points for value in (point.real, point.imag)]
    return " ".join(f"{number:g}" for number in numbers).replace(" -", "-")


if __name__ == "__main__":
    for name, text in pictures().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
