"""Words in a note that move it up: every sign in its family, negated or not, and few harmless notes with them."""

import itertools
import string
import time
import tomllib
import unicodedata
from importlib.resources import files

import pytest

from toolkit.plan.note_words import NoteWord, found_words, has_flagged_word
from toolkit.plan.questions import question_set

DATA = tomllib.loads(files("toolkit.plan").joinpath("note_words.toml").read_text(encoding="utf-8"))
LANGUAGES = tuple(DATA["language"])

# As patients write them, by question: plain, negated, without accents, in capitals, with mistakes. One ends at a `;`.
EN = {
    "ce_numb": """numb between my legs; My bottom feels NUMB; tingling between my legs since Sunday; no numbness at
        all; can't feel the toilet seat; funny feeling around my privates; it feels strange down there when I wipe; pins
        and needles in my bum; my genitals feel weird; no feeling in my groin; I’ve lost sensation in my bottom; I
        cannot feel myself wiping; Toilet paper feels different""",
    "ce_bladder": """can't pee; I can’t pee; cannot urinate; wet myself last night; leaking when I cough; peed my
        pants; trouble starting to go, I stand at the toilet for ages; I don't feel it when I pee; bladder feels full
        all day; hard to pass water; no trouble peeing; the stream is weak; had to strain for a wee; Didn't make it to
        the loo; bathroom accidents twice this week; I go and nothing comes out; wet patch on the chair; had to run for
        the loo""",
    "ce_bowel": """lost control of my bowels; pooped myself; I soiled myself; no bowel problems; can't tell when I
        need to go; I cant hold it in anymore; couldn't control my poo; no urge to go to the toilet for days; accident
        in my pants; cannot feel when I need the bathroom; messed myself at work; can't control gas""",
    "ce_sex": """no feeling during sex; sex feels different; lost my erection; can't get an erection since Monday;
        cannot feel anything when we make love; no change in sexual feeling; can't orgasm any more""",
    "ce_legs": """my legs are weak; weak legs; legs gave way on the stairs; left leg keeps giving out; both legs numb;
        my foot drags; tripping over my toes; can't walk properly; trouble walking; legs like jelly after standing up;
        knee buckled; no weakness in my legs; could hardly walk; my leg went dead; can't lift my foot; I am limping; my
        foot fell asleep and stays that way; unsteady on my feet; no strength in my right leg; can't push off with my
        toes; I keep falling over my own feet; walking like a drunk; my legs don't work right; can't wiggle my toes; had
        to hold the wall to walk""",
    "box_worse": """pain much worse today; worst pain ever; pain is going down my leg; it shoots down into my calf;
        the ache moved down to my foot; unbearable""",
    "fx_trauma": """fell down the stairs; I had a fall; FELL OFF LADDER; slipped on ice; car crash on Friday; was in
        an accident; did not fall; tripped over the dog; no falls this week; hit by a bike; got rear-ended; someone
        punched me in the back; landed hard on my tailbone; horse threw me; hurt it in the fall; I've fallen twice;
        banged my back on the door; falling a lot; took a tumble; afraid I will fall; the shelf came down on me; slid
        off the chair; bus braked hard and I was thrown; my son jumped on my back; missed a step; lost my footing; went
        down hard on the ice; my hip broke last year""",
    "fx_minor": """small stumble and now sharp pain; coughed and something popped; pain in the spine when I sneeze;
        lifted a heavy box and felt a crack; I have osteoporosis; on prednisone for years; thin bones; heard a snap;
        taking steroids; lifted my grandson and my back went; brittle bones run in the family""",
    "fx_shape": """sudden sharp pain in the middle of my back; pain came on suddenly; pain in mid back better lying
        down; only lying down helps; I look hunched; my back is crooked; I got shorter; a hump on my back; can't stand
        up straight; there's a bump on my spine; out of nowhere a terrible pain; my back suddenly locked up; spine
        sticks out; pain between my shoulder blades""",
    "ca_history": """I had breast cancer in 2015; no cancer; starting chemo next week; they found a tumor; history of
        lymphoma; had radiation on my prostate; seeing the oncologist; Dad asked about my tumour; melanoma removed; they
        found a mass""",
    "ca_weight": """lost weight; losing weight without trying; weight keeps dropping; lost 12 pounds this month; my
        clothes are getting loose; no weight loss; no appetite; down 5 kg and I don't know why; I've gotten so skinny;
        dropped two sizes; can't keep weight on""",
    "ca_night": """night pain; pain wakes me up; woke at 3 with back pain; can't get comfortable in any position;
        hurts at night; no pain at night; couldn't sleep because of my back; pain keeps me awake; pain all over; nothing
        eases it at night; up all night with it; no position helps; It aches even when I rest; pain everywhere; pain at
        3am; tossing and turning all night; nights are the worst; pain doesn't let me sleep""",
    "ca_age": """never had back pain before this; first time I have ever had back pain and I'm 61; my first back pain;
        never had trouble with my back until I turned 56""",
    "ca_month": """no better after a month; 6 weeks and still no better; still hurts after two months; not improving
        after 5 weeks; a month now and nothing has changed; same pain for weeks""",
    "in_fever": """fever; I have a fever; had chills; shivering in bed; no fever; temperature of 39; feverish; feel
        very ill; temp was 101; I feel really sick; night sweats; felt unwell; burning up; feeling awful all over; I’m
        ill; 101.5 this morning; I feel like death; shaking with cold""",
    "in_immune": """weak immune system; I'm on methotrexate; immunosuppressed; HIV positive; had a kidney transplant;
        chemo has my immunity down; low white blood cells; on Humira for my joints""",
    "in_drugs": """I injected drugs last month; used heroin; I'm using again, iv; shooting up again; no injecting
        drugs; shared a needle; took fentanyl""",
    "in_recent": """bladder infection last week; on antibiotics; UTI; my wound is infected; had pneumonia; deep cut on
        foot; dog bite; stepped on a nail; abscess drained; no infection; sepsis in May; got stabbed; tooth
        infection""",
    "in_surgery": """back surgery in January; had an epidural; steroid shot in my spine; they operated on my back;
        injection in my back Tuesday; spinal fusion; no surgery; had an op on my disc; my incision is red; post-op week
        2""",
}
ES = {
    "ce_numb": """tengo adormecida la entrepierna; adormecimiento entre las piernas; Hormigueo en las partes íntimas;
        no siento las nalgas; SENSACION RARA EN LOS GENITALES; se me duerme la zona de abajo; sin adormecimiento; no
        siento nada cuando me limpio; tengo entumecido el trasero; cosquilleo entre las piernas; perdí la sensibilidad
        ahí abajo; siento raro alrededor del ano; siento como anestesia abajo; no puedo sentir las nalgas""",
    "ce_bladder": """no puedo orinar; no puedo hacer pipí; se me escapa la orina; me oriné encima; me meo; me cuesta
        empezar a orinar; no siento cuando orino; no llego al baño; se me sale el pis; mojé la cama; no he ido al baño a
        hacer del uno en todo el día; ningún problema para orinar; la vejiga no se vacía; no aguanto las ganas; voy al
        baño y no sale nada; no retengo; me hice del baño""",
    "ce_bowel": """no controlo el intestino; me hice encima; no puedo controlar las ganas de ir al baño; se me sale la
        caca; no siento cuándo necesito ir al baño; me hice popó; no siento ganas de evacuar; ensucié la ropa interior;
        perdí el control; hace días que no obro, no siento las ganas; no me sale del dos, estreñida; sin problemas con
        el intestino; me cagué""",
    "ce_sex": """no siento nada durante el sexo; cambio en las relaciones íntimas; no tengo erección; siento diferente
        al hacer el amor; no tengo orgasmo; sin cambios en lo sexual; en la intimidad ya no siento; ya no siento
        placer""",
    "ce_legs": """piernas débiles; tengo debilidad en la pierna izquierda; me fallan las piernas; se me doblan las
        piernas; no puedo caminar bien; me cuesta caminar; arrastro el pie; las piernas no me responden; sin fuerza en
        las piernas; PIERNAS ADORMECIDAS; tropiezo mucho; ando cojeando; no tengo debilidad; se me durmió el pie y sigue
        así; pierna dormida todo el día; casi no podía andar; las piernas me flaquean; dificultad para caminar; ya no
        puedo levantar el pie; se me traba el pie al caminar; pierdo el equilibrio; camino como borracho; la pierna no
        me da""",
    "box_worse": """el dolor es mucho peor; el dolor me baja por la pierna; dolor insoportable; me corre por la
        pierna; el peor dolor de mi vida; el dolor baja hasta el pie""",
    "fx_trauma": """me caí; me cai de la escalera; tuve una caída; ME CAÍ DE LA BICI; choqué el coche; tuve un
        accidente; me resbalé en el hielo; no me he caído; sin caídas; me di un golpe en la espalda; me atropelló una
        moto; tropecé con el perro; me pegué en la espalda; casi me caigo; me caigo mucho; se me cayó una caja en la
        espalda; un sentón muy fuerte; rodé por las escaleras; me tumbó un caballo; miedo a caerme; me dieron una
        patada; me fui de espaldas; perdí el pie; un golpazo; se me vino encima el ropero""",
    "fx_minor": """al toser sentí un crujido; estornudé y me dolió mucho; levanté una caja pesada y me tronó la
        espalda; tengo osteoporosis; tomo prednisona hace años; huesos débiles; me ponen cortisona; cargué las bolsas y
        me duele; uso corticoides; huesos frágiles; una caída leve; escuché un chasquido""",
    "fx_shape": """dolor repentino en medio de la espalda; de repente un dolor fuerte; el dolor se calma al acostarme;
        ando encorvada; me salió una joroba; la espalda se ve chueca; no me puedo enderezar; soy más baja que antes; me
        dio un dolor súbito; tengo un bulto en la columna; dolor en mitad de la columna; solo acostado se me quita; me
        estoy encogiendo; no me puedo poner derecha""",
    "ca_history": """tuve cáncer de mama; cancer hace diez años; no tengo cáncer; empiezo la quimio; me vieron un
        tumor; cita con el oncólogo; radioterapia; linfoma en 2012; metástasis; me operaron de la próstata; leucemia de
        niño; me detectaron una masa""",
    "ca_weight": """he bajado de peso; estoy perdiendo peso sin querer; bajé 5 kilos; perdí diez libras; he adelgazado
        mucho; sin apetito; no tengo hambre; la ropa me queda grande; no he bajado de peso; estoy más flaca; pérdida de
        peso; sin ganas de comer; se me quitó el hambre""",
    "ca_night": """dolor de noche; el dolor me despierta; me desperté con dolor; por la noche me duele; no puedo
        dormir; no encuentro postura; en ninguna posición se calma; sin dolor por la noche; dolor nocturno; duele en
        reposo; no me deja dormir; me duele todo el cuerpo; anoche me dolió muchísimo; el dolor no me dejó pegar ojo;
        dolor por todas partes; me duelen varios sitios; no dormí del dolor; no hay posición que me calme; me duele
        todo""",
    "ca_age": """nunca había tenido dolor de espalda; primera vez que me duele la espalda; es mi primer dolor de
        espalda; nunca me había dolido la espalda; a mis 62 años por primera vez con dolor""",
    "ca_month": """un mes y no mejoro; no he mejorado en seis semanas; sigue igual después de un mes; dos meses sin
        mejoría; llevo semanas igual; después de 5 semanas sigue el dolor""",
    "in_fever": """fiebre; tengo fiebre; escalofríos; ESCALOFRIOS ANOCHE; sin fiebre; temperatura de 39; calentura; me
        siento muy mal; estoy enferma; sudores nocturnos; tiritando; me encuentro fatal; febril; me sentí mal todo el
        día; gripe; estoy malo; estoy malísima; sudo mucho por la noche""",
    "in_immune": """defensas bajas; sistema inmune débil; tomo metotrexato; inmunosuprimida; tengo VIH; trasplante de
        riñón; inmunodeprimido por la quimio; tomo biológicos; bajo de defensas""",
    "in_drugs": """me inyecté drogas; uso heroína; me inyecto otra vez; no uso drogas; compartí una jeringa; consumo
        fentanilo; me drogo""",
    "in_recent": """infección de orina; tomo antibióticos; la herida está infectada; tuve neumonía; me corté el pie;
        me mordió un perro; pisé un clavo; me salió un absceso; sin infección; me apuñalaron; sale pus; tuve sepsis; me
        picaron con una navaja""",
    "in_surgery": """me operaron de la espalda; cirugía en enero; me pusieron una epidural; infiltración en la
        columna; me inyectaron la espalda; operación de columna; sin cirugías; una inyección en la espalda; la cicatriz
        está roja; bloqueo lumbar el martes""",
}
HARMLESS = {
    "en": """felt fine; did it after lunch; a bit stiff; falling asleep; fell asleep on the couch; in the fall;
        crashed on the sofa after work; easy today; too tired; stiff after the drive; after gardening; skipped, busy;
        good stretch; I'll do it tomorrow; Ill do more tomorrow; we’ll see; held for 30 seconds; couldn't hold it for 30
        seconds; couldn't feel the stretch; a wee bit sore; pillow between my legs helped; used a stool for support;
        number 3 was hard; did twice by accident; pain fell to 2; sick of these exercises; weather is cold, knees stiff;
        back feels looser; forgot yesterday; did only one set, ran late; watched tv while stretching; sore hamstrings;
        did it on a trip; slept well; kids were loud; lower back a little tight; put weight on my left foot; much easier
        than last week; hard to keep balance on the mat; did the bridge with a break; felt great, no pain; walked the
        dog for 20 minutes; new mat arrived; right side tighter than left; shorter session today; stretched in the
        bathroom; lifted hips higher; cold in the morning but warmed up; shaky at the end; better every day; did it at
        work; pain 3 before, 2 after; leg lifts were harder; cancelled the gym; on vacation, did half; tried 2 sets; not
        sure if I do it right; please call me about the times; phone crashed so I log late; did it last night, no
        pain""",
    "es": """me sentí bien; lo hice después de comer; un poco rígido; me quedé dormida; caí rendido en la cama; hoy
        fácil; muy cansado; rígida después de manejar; no tuve tiempo; buen estiramiento; mañana lo hago; aguanté 30
        segundos; no aguanté los 30 segundos; una almohada entre las piernas me ayudó; me cae bien el ejercicio; bajé la
        pierna despacio; se me olvidó ayer; solo una serie; estiré viendo la tele; hace un año hacía más; dormí bien;
        los niños no me dejaron; espalda un poco tensa; apoyé el peso en el pie izquierdo; mucho más fácil que antes;
        cuesta mantener la postura; hice el puente con descanso; muy bien, sin dolor; caminé 20 minutos; llegó el tapete
        nuevo; lado derecho más tenso; sesión corta hoy; lo hice en el baño; levanté más la cadera; frío por la mañana
        pero entré en calor; cada día mejor; lo hice en el trabajo; dolor 3 antes, 2 después; no fui al gimnasio; de
        vacaciones, hice la mitad; limpié la casa y descansé; no sé si lo hago bien; llámenme por los horarios; se cayó
        el internet; lo hice anoche, sin dolor; también hice el otro; me costó un poco; deslicé el talón; encogí las
        piernas; la temperatura del cuarto está bien; terminé rápido; dos veces en vez de tres; músculos cansados; en la
        mañana mejor que en la tarde; me duele menos; estuvo bien""",
}  # fmt: skip
ALARMS = {"en": 2, "es": 2}  # at most so many harmless notes may be moved up


def split(text):
    return [" ".join(note.split()) for note in text.split(";")]


CORPUS = {"en": EN, "es": ES}
FAMILY = {key: family.id for key, (family, _) in question_set().questions.items()} | {"box_worse": "cauda_equina"}


def families_in(note):
    return {one.family for one in found_words(note)}


def sample_of(text, groups):
    """Return a note in the first words of each place of a declared phrase."""
    firsts = (piece.split("/")[0] for piece in text.replace(" & ", " ").replace(" .. ", " ").split())
    return " ".join(groups[one[1:-1]][0] if one.startswith("{") else one for one in firsts).replace("*", "")


def declared(language):
    """Return each phrase of a language's list with its family."""
    part = DATA["language"][language]
    return [(family, text) for family in DATA["families"] for listed in part[family].values() for text in listed]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", FAMILY)
def test_a_sign_in_a_patients_words_is_found_in_its_family(language, key):
    """Negated, without accents, in capitals, with a curly apostrophe, with a mistake: the same."""
    wanted = (FAMILY[key], language)
    notes = split(CORPUS[language][key])
    missed = [note for note in notes if wanted not in {(one.family, one.language) for one in found_words(note)}]
    assert missed == []
    assert len(notes) >= 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_corpus_speaks_of_every_question(language):
    assert CORPUS[language].keys() == FAMILY.keys()
    assert sum(len(split(text)) for text in CORPUS[language].values()) >= 150


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_has_words_of_its_own_in_the_list(language):
    listed = {key: family for family in DATA["families"] for key in DATA["language"][language][family]}
    assert listed == FAMILY
    assert all(DATA["language"][language][family][key] for key, family in listed.items())


def test_the_families_are_those_of_the_questions_in_their_order():
    assert DATA["families"] == list(question_set().families)


@pytest.mark.parametrize("language", LANGUAGES)
def test_few_harmless_notes_are_moved_up(language):
    notes = split(HARMLESS[language])
    assert len(notes) >= 50
    moved = [note for note, flagged in zip(notes, has_flagged_word(notes), strict=True) if flagged]
    assert len(moved) <= ALARMS[language], moved


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_of_the_list_can_be_found(language):
    """No harmless phrase swallows it, and it is written as the list is read."""
    notes = [(family, sample_of(text, DATA["language"][language]["group"])) for family, text in declared(language)]
    assert [note for family, note in notes if NoteWord(family, language, note) not in found_words(note)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_is_used_and_every_used_group_is_there(language):
    part = DATA["language"][language]
    texts = [text for _, text in declared(language)] + part["harmless"]
    used = {field for text in texts for _, field, _, _ in string.Formatter().parse(text) if field}
    assert used == part["group"].keys()


@pytest.mark.parametrize(
    ("note", "family"),
    [
        ("my leg fell asleep and stays numb", "cauda_equina"),
        ("fell asleep on the stairs, then fell", "fracture"),
        ("more pain, fell from the bed", "fracture"),
        ("fell behind the couch", "fracture"),
        ("twisted my back in the fall", "fracture"),
        ("can't pass a stool", "cauda_equina"),
        ("couldn't hold it for 30 seconds, it leaks", "cauda_equina"),
        ("can't feel my foot, don't feel the stretch in my leg", "cauda_equina"),
        ("was ill, do less today", "infection"),
        ("me caí al salir, se me cayó el celular", "fracture"),
        ("de golpe un dolor muy fuerte", "fracture"),
        ("no siento la pierna ni el estiramiento", "cauda_equina"),
    ],
)
def test_a_harmless_phrase_hides_nothing_beside_it(note, family):
    assert family in families_in(note)


@pytest.mark.parametrize("mark", "'`´‘’ʼ′＇")
def test_any_apostrophe_will_do_and_so_will_none(mark):
    """`I'll` is not `ill`, with whatever mark it is written."""
    assert families_in(f"can{mark}t feel my legs") == families_in("cant feel my legs") == {"cauda_equina"}
    assert families_in(f"I{mark}ll rest") == set()


def test_case_accents_and_white_space_do_not_matter():
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert families_in(unicodedata.normalize(form, "ME CAÍ")) == {"fracture"}
    for space in ("\n", "\r\n", "\t", "\u00a0", "\u2003", " - ", ", ", "... ", "_"):
        assert families_in(f"lost{space}weight") == {"malignancy"}
    assert families_in("fe\u00adver, num\u200db") == {"infection", "cauda_equina"}
    assert families_in("ｎｕｍｂ") == {"cauda_equina"}


def test_up_to_four_words_may_stand_between_the_words_of_a_phrase():
    assert DATA["words_between"] == 4
    near, far = (f"weight {'and then ' * times}dropping" for times in (2, 3))
    assert families_in(near) == {"malignancy"}
    assert families_in(far) == set()


def test_what_is_found_is_told_in_the_patients_words_the_most_urgent_first():
    assert found_words("Fever.\nMe caí; I can’t pee") == (
        NoteWord("cauda_equina", "en", "pee"),
        NoteWord("fracture", "es", "caí"),
        NoteWord("infection", "en", "Fever"),
    )
    assert found_words("fever, fever and FEVER") == (
        NoteWord("infection", "en", "fever"),
        NoteWord("infection", "en", "FEVER"),
    )


def test_each_note_has_its_answer_and_a_missing_one_has_no_word():
    assert has_flagged_word(iter(["numb", None, "fine", "", float("nan"), "numb"])) == [
        True, False, False, False, False, True,
    ]  # fmt: skip
    assert has_flagged_word([]) == []


def test_a_sign_at_the_end_of_a_very_long_note_is_found():
    assert families_in("fine today " * 9_000 + "me orino") == {"cauda_equina"}


@pytest.mark.parametrize("opening", ["no ", "not feel ", "night pain ", "no siento ", "'", "a", "i\u0301"])
def test_the_time_grows_with_the_length_of_a_note_and_no_faster(opening):
    """Beginnings of phrases without end: ten times the length takes ten times as long, a hundred were it squared."""
    short = min(seconds(opening, 10_000) for _ in range(2))
    assert seconds(opening, 100_000) < 40 * short + 0.5


def seconds(opening, length):
    note = "".join(itertools.islice(itertools.cycle(opening), length))
    began = time.perf_counter()
    found_words(note)
    return time.perf_counter() - began
