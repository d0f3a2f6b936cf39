// A sample sound made by the page: a few plucked notes, so that nobody needs a song at hand.

const RATE = 22_050;
const SECONDS = 6;
const NOTES_HZ = [261.63, 329.63, 392, 523.25, 440, 349.23, 329.63, 392, 293.66, 349.23, 392, 261.63];
const NOTE_SECONDS = SECONDS / NOTES_HZ.length;
const FADE_PER_SECOND = 3.2;
const LOUDNESS = 9000;
const HEAD_BYTES = 44;

/** → a WAV file of 6 s. */
export function sampleSound() {
  const count = SECONDS * RATE;
  const view = new DataView(new ArrayBuffer(HEAD_BYTES + 2 * count));
  head(view, 2 * count);
  for (let i = 0; i < count; i++) view.setInt16(HEAD_BYTES + 2 * i, LOUDNESS * heard(i / RATE), true);
  return new File([view], "plucked-notes.wav", { type: "audio/wav" });
}

function heard(seconds) {
  const pitch = NOTES_HZ[Math.min(NOTES_HZ.length - 1, Math.floor(seconds / NOTE_SECONDS))];
  const since = seconds % NOTE_SECONDS;
  const wave = Math.sin(2 * Math.PI * pitch * since) + 0.35 * Math.sin(4 * Math.PI * pitch * since);
  return wave * Math.exp(-FADE_PER_SECOND * since) * Math.min(1, since * 200);
}

/** RIFF: PCM, one channel, 16 bits. */
function head(view, bytes) {
  const text = (at, word) => [...word].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, HEAD_BYTES - 8 + bytes, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, 2 * RATE, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, bytes, true);
}
