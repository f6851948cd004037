// Newest value per key, told once per animation frame: the hot path between the socket and the screen.

type Schedule = (flush: () => void) => void;

/** Nobody reads figures that change more often. */
const SHORTEST_PAUSE_MS = 80;

/** The next frame, though not sooner than a pause after the last one that was used. */
function calmFrames(): Schedule {
  let lastMs = 0;
  const inFrame = (flush: () => void) =>
    requestAnimationFrame((nowMs) => {
      lastMs = nowMs;
      flush();
    });
  return (flush) => {
    const pauseMs = lastMs + SHORTEST_PAUSE_MS - performance.now();
    if (pauseMs <= 0) inFrame(flush);
    else setTimeout(() => inFrame(flush), pauseMs);
  };
}

/** However many values come between two frames, whoever listens to a key is told once, and reads the newest. */
export class FrameStore<T> {
  private readonly values = new Map<string, T>();
  private readonly dirty = new Set<string>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private isScheduled = false;

  constructor(private readonly schedule: Schedule = calmFrames()) {}

  get(key: string): T | undefined {
    return this.values.get(key);
  }

  set(key: string, value: T): void {
    this.values.set(key, value);
    this.dirty.add(key);
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.schedule(() => this.flush());
  }

  delete(key: string): void {
    this.values.delete(key);
  }

  subscribe(key: string, listener: () => void): () => void {
    const known = this.listeners.get(key) ?? new Set();
    this.listeners.set(key, known.add(listener));
    return () => {
      known.delete(listener);
      if (known.size === 0 && this.listeners.get(key) === known) this.listeners.delete(key);
    };
  }

  private flush(): void {
    this.isScheduled = false;
    const keys = [...this.dirty];
    this.dirty.clear();
    for (const key of keys) {
      for (const listener of this.listeners.get(key) ?? []) listener();
    }
  }
}
