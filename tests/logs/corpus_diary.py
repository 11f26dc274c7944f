"""Our diary workbook after a patient had it: what is filled in, what is not, and rows whose cells were moved apart."""

from logs.corpus_case import Case

EN = "Day,Exercise,Session,Leg,Did you do it?,Sets,Times in each set,Seconds held each time,Pain 0 to 10,Time of day," \
     "If you did not do it: why? Other notes"  # fmt: skip
ES = "Día,Ejercicio,Sesión,Pierna,¿Lo hizo?,Series,Veces en cada serie,Segundos que mantuvo cada vez,Dolor de 0 a 10," \
     "Hora del día,Si no lo hizo: ¿por qué? Otras notas"  # fmt: skip
GREY = ",backcare_entry_id,backcare_patient_id,backcare_exercise,backcare_side,backcare_day"
KEY = "d-0123456789ab"


def row(day=2, answers="I did it.,,3,,,,", *, leg="left leg", shown=None, number="", session=1):
    """Return a row of knee-to-chest stretches; `shown` is its day in words, where it was moved."""
    words = shown or f"{['Monday', 'Tuesday', 'Wednesday'][day - 2]}, {day} March 2026"
    ours = f"{KEY}.2026-03-0{day}.knee-to-chest.left.{session},p001,knee_to_chest,left,2026-03-0{day}"
    return f'"{words}",Knee-to-chest stretch,{number},{leg},{answers},{ours}'


def fila(day=2, answers="Lo hice.,,3,,,,"):
    ours = f"{KEY}.2026-03-0{day}.knee-to-chest.left.1,p001,knee_to_chest,left,2026-03-0{day}"
    return f"lunes {day} de marzo de 2026,Rodilla al pecho,,pierna izquierda,{answers},{ours}"


def diary(*rows, head=EN):
    return "\n".join(["Plan r-1 · revision 1", head + GREY, *rows, ""]).encode()


def kept(line, day=2, **changes):
    usual = {"entry_id": f"{KEY}.2026-03-0{day}.knee-to-chest.left.1", "patient_id": "p001", "status": "done",
             "exercise": "knee_to_chest", "side": "left", "performed_at": f"2026-03-0{day} 12:00", "time_known": False,
             "sets": None, "reps": 3, "hold_s": None, "pain": None, "note": None}  # fmt: skip
    return usual | {"line": line} | changes


def cases():
    blank, day = ",,,,,,", {"date_only": 1}
    unfilled = {
        "diary, one row of two": (diary(row(), row(3, blank)), EN),
        "diary, Spanish": (diary(fila(), fila(3, blank), head=ES), ES),
        "diary, with semicolons": (diary(fila(), fila(3, " , ,,,,,"), head=ES).replace(b",", b";"), ES),
    }
    for name, (data, _) in unfilled.items():
        yield Case(
            name, data, kept=(kept(3),), aside=((4, "not_filled_in"),), notices=day | {"not_filled_in": 1}, header=2,
            mark=";" if "semicolons" in name else ",",
        )  # fmt: skip
    moved = {
        "its day moved": row(3, shown="Monday, 2 March 2026"),
        "its leg moved": row(3, leg="right leg"),
        "its session moved": row(3, number="2 of 2"),
        "its id lost": row(3).replace(KEY, ""),
        "its grey day moved": row(3).replace("left,2026-03-03", "left,2026-03-04"),
        "its exercise moved": row(3).replace("Knee-to-chest stretch", "Psoas stretch"),
    }
    for name, odd in moved.items():
        yield Case(
            f"diary, {name}",
            diary(row(), odd),
            kept=(kept(3),),
            aside=((4, "columns_disagree"),),
            notices=day,
            header=2,
        )
    wrong = {
        "status_missing": ",1,3,20,,,", "status_contradicts": "I did not do it.,,3,,,,", "status_unknown": "yes,,,,,,",
        "number_format": 'I did it.,,"2,5",,,,', "pain_out_of_range": "I did it.,,,,11,,",
        "date_format": "I did it.,,,,,evening,",
    }  # fmt: skip
    for code, answers in wrong.items():
        yield Case(
            f"diary, {code}", diary(row(), row(3, answers)), kept=(kept(3),), aside=((4, code),), notices=day, header=2
        )
    yield Case(
        "diary, pain alone",
        diary(row(), row(3, ",,,,4,,")),
        kept=(kept(3),),
        aside=((4, "status_missing"),),
        notices=day,
        header=2,
    )
    at = {"7:30": "07:30", "07:30:00": "07:30", "7:30 pm": "19:30", "12:05 p.m.": "12:05", "7:30 p. m.": "19:30"}
    for clock, told in at.items():
        yield Case(
            f"diary, at {clock}", diary(row(2, f"I did it.,,3,,,{clock},")), header=2,
            kept=(kept(3, performed_at=f"2026-03-02 {told}", time_known=True),),
        )  # fmt: skip
    for clock in ("12:05 a.m.", "05:59"):  # in the night the row says the day, and the time is left out
        yield Case(
            f"diary, at {clock}", diary(row(2, f"I did it.,,3,,,{clock},")), header=2, kept=(kept(3),), notices=day,
        )  # fmt: skip
    yield Case(
        "diary, a CSV in Windows-1252", diary(fila(), head=ES).decode().encode("windows-1252"), kept=(kept(3),),
        notices=day, header=2, mapping={"encoding": "windows-1252"}, trap="encoding",
    )  # fmt: skip
    yield Case(
        "diary, in a language that is not here", diary(row(), head=EN.replace("Did you do it?", "Was it done?")),
        refused="missing_column",
    )  # fmt: skip
