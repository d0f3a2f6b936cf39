"""A quiet little tune for a clip: soft plucked notes of a pentatonic scale, the same for the same seed."""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Sequence

SAMPLE_RATE = 48_000
PEAK = 0.3
# Semitones over the root; any of these sound well together, so chance can pick the next one.
SCALE = (0, 2, 4, 7, 9, 12, 14, 16)
ROOTS_HZ = (196.0, 220.0, 246.94, 261.63)
BEAT_SECONDS = 0.5
NOTE_SECONDS = 1.4
ATTACK_SECONDS = 0.02
FADE_SECONDS = 0.6
# Each partial: its multiple of the pitch, its strength, and how long it takes to fall to a thousandth.
PARTIALS = ((1, 1.0, 1.6), (2, 0.35, 0.9))


def tune(seconds: int, seed: int) -> array[float]:
    """Mono samples between -1 and 1, exactly `seconds` long at SAMPLE_RATE."""
    chance = random.Random(seed)
    root = chance.choice(ROOTS_HZ)
    notes: dict[int, list[float]] = {}
    mix = [0.0] * (seconds * SAMPLE_RATE)
    for start, step in _melody(seconds, chance):
        if step not in notes:
            notes[step] = pluck(root * 2 ** (step / 12))
        _add(mix, notes[step], round(start * SAMPLE_RATE))
    return _finish(mix)


def pluck(pitch_hz: float) -> list[float]:
    """One note that swells for a moment and dies away."""
    length = round(NOTE_SECONDS * SAMPLE_RATE)
    parts = [_partial(pitch_hz * multiple, strength, fall, length) for multiple, strength, fall in PARTIALS]
    note = [a + b for a, b in zip(*parts, strict=True)]
    attack = round(ATTACK_SECONDS * SAMPLE_RATE)
    for i in range(attack):
        note[i] *= i / attack
        note[-1 - i] *= i / attack
    return note


def _partial(pitch_hz: float, strength: float, fall_seconds: float, length: int) -> list[float]:
    # A damped sine by its recurrence: two multiplications a sample, where math.sin would be several times slower.
    turn = 2 * math.pi * pitch_hz / SAMPLE_RATE
    damp = 0.001 ** (1 / (fall_seconds * SAMPLE_RATE))
    first, second = 2 * damp * math.cos(turn), -damp * damp
    before, now = 0.0, strength * math.sin(turn)
    samples = [0.0] * length
    for i in range(length):
        samples[i] = now
        before, now = now, first * now + second * before
    return samples


def _melody(seconds: int, chance: random.Random) -> list[tuple[float, int]]:
    place, notes = chance.randrange(len(SCALE)), []
    for beat in range(int(seconds / BEAT_SECONDS)):
        place = min(max(place + chance.choice((-2, -1, 1, 2)), 0), len(SCALE) - 1)
        if beat % 4 == 0:
            notes.append((beat * BEAT_SECONDS, SCALE[0]))
        if beat % 4 == 0 or chance.random() < 0.7:
            notes.append((beat * BEAT_SECONDS, SCALE[place]))
    return notes


def _add(mix: list[float], note: Sequence[float], start: int) -> None:
    end = min(len(mix), start + len(note))
    mix[start:end] = [a + b for a, b in zip(mix[start:end], note, strict=False)]


def _finish(mix: list[float]) -> array[float]:
    loudest = max(max(mix), -min(mix))
    scale = PEAK / loudest if loudest else 0.0
    samples = array("f", [sample * scale for sample in mix])
    fade = round(FADE_SECONDS * SAMPLE_RATE)
    for i in range(fade):
        samples[-1 - i] *= i / fade
    return samples
