/** @file How threads wait for each other. */

/**
 * Returns when `threads` threads have come. `at` is the address of two words: how many have come, and how often all have.
 * A thread looks `spins` times before it sleeps, because waking one takes longer than most kernels.
 */
export function barrier(at: usize, threads: i32, spins: i32): void {
  const round = atomic.load<i32>(at, 4);
  if (atomic.add<i32>(at, 1) == threads - 1) {
    atomic.store<i32>(at, 0);
    atomic.add<i32>(at, 1, 4);
    atomic.notify(at + 4);
    return;
  }
  for (let i = 0; i < spins; i++) if (atomic.load<i32>(at, 4) != round) return;
  while (atomic.load<i32>(at, 4) == round) atomic.wait<i32>(at + 4, round, -1);
}
