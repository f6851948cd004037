// The hot path: newest wins, one telling a frame, and only those who read the symbol.
import { expect, it, vi } from 'vitest';
import { FrameStore } from './frameStore';

function held() {
  let flush: (() => void) | null = null;
  const store = new FrameStore<number>((next) => (flush = next));
  return { store, frame: () => flush?.() };
}

it('tells once a frame, however many values came, and shows the newest', () => {
  const { store, frame } = held();
  const told = vi.fn();
  store.subscribe('a', told);
  for (let value = 1; value <= 1_000; value += 1) store.set('a', value);
  expect(told).not.toHaveBeenCalled();
  frame();
  expect(told).toHaveBeenCalledTimes(1);
  expect(store.get('a')).toBe(1_000);
});

it('leaves those alone who read another symbol', () => {
  const { store, frame } = held();
  const [a, b] = [vi.fn(), vi.fn()];
  store.subscribe('a', a);
  store.subscribe('b', b);
  store.set('a', 1);
  frame();
  expect(a).toHaveBeenCalledTimes(1);
  expect(b).not.toHaveBeenCalled();
});

it('tells nobody who has left', () => {
  const { store, frame } = held();
  const told = vi.fn();
  store.subscribe('a', told)();
  store.set('a', 1);
  frame();
  expect(told).not.toHaveBeenCalled();
});
