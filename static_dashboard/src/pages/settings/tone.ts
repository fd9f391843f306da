let context: AudioContext | undefined;

const NOTES_HZ = [659.25, 987.77]; // e and b
const LASTS_S = 0.6;

/** Play a soft tone of two notes. Silent if the browser blocks sound before the first interaction. */
export async function tone(): Promise<void> {
  context ??= new AudioContext();
  if (context.state === 'suspended') await context.resume();
  const now = context.currentTime;
  for (const [index, frequency] of NOTES_HZ.entries()) {
    const start = now + index * 0.12;
    const oscillator = new OscillatorNode(context, { type: 'sine', frequency });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(0.12, start + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + LASTS_S);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(start + LASTS_S);
  }
}
