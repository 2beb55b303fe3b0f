/** @file Numbers that follow their targets like a critically damped spring and then rest. */
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';

/** Angular frequency, 1/s: settles in about half a second. */
const omega = 10;
const restWithin = 2e-4;

interface SpringState {
  value: number[];
  speed: number[];
}

/** Exact step of a critically damped spring: no overshoot from rest, stable for any `dt` (seconds). */
export function springStep(value: number, speed: number, target: number, dt: number): [number, number] {
  const offset = value - target;
  const push = speed + omega * offset;
  const decay = Math.exp(-omega * dt);
  return [target + (offset + push * dt) * decay, (speed - omega * push * dt) * decay];
}

const reducedMotion = '(prefers-reduced-motion: reduce)';
function watchMotion(listener: () => void): () => void {
  const query = window.matchMedia(reducedMotion);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** Follows `targets`; jumps when their number changes or when the visitor asked for less motion. */
export function useSpring(targets: readonly number[]): readonly number[] {
  const still = useSyncExternalStore(
    watchMotion,
    () => window.matchMedia(reducedMotion).matches,
    () => true,
  );
  const state = useRef<SpringState>({ value: [...targets], speed: targets.map(() => 0) });
  const [shown, setShown] = useState<readonly number[]>(targets);
  const key = targets.join(' ');

  useEffect(() => {
    const goal = key.split(' ').map(Number);
    if (still || goal.length !== state.current.value.length) {
      state.current = { value: goal, speed: goal.map(() => 0) };
      setShown(goal);
      return;
    }
    let frame = 0;
    let before = performance.now();
    const tick = (now: number) => {
      const dt = Math.min(0.1, Math.max(0, (now - before) / 1000));
      before = now;
      const { value, speed } = state.current;
      let resting = true;
      goal.forEach((target, i) => {
        const [nextValue, nextSpeed] = springStep(value[i] ?? target, speed[i] ?? 0, target, dt);
        value[i] = nextValue;
        speed[i] = nextSpeed;
        if (Math.abs(nextValue - target) > restWithin || Math.abs(nextSpeed) > restWithin * omega)
          resting = false;
      });
      setShown(resting ? goal : [...value]);
      if (!resting) frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [key, still]);

  return shown.length === targets.length ? shown : targets;
}
