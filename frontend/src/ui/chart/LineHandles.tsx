// Handles of prices on the chart, of orders or of what may become some: drag one, or move it with the arrow keys, and the price is to follow.
import { type KeyboardEvent, type PointerEvent, type RefObject, useCallback, useEffect, useRef } from 'react';
import { nearestStep, stepBy } from '../decimal';
import { grouped } from '../format';
import type { CandleView } from './CandleView';
import classes from './chart.module.css';

export interface LineHandle {
  id: string;
  price: string;
  /** What it stands for: Buy 0.01 limit. */
  label: string;
  tone: 'up' | 'down' | 'accent';
  isMovable: boolean;
  /** To where it was dragged, or moved by keys: these may not be done yet. */
  onMove: (price: string, by: 'drag' | 'keys') => void;
  /** Enter, when keys have moved it to where it is to be; Escape, when it is not to go there. */
  onSettle?: ((isWanted: boolean) => void) | undefined;
  onRemove?: (() => void) | undefined;
}

interface Props {
  view: RefObject<CandleView | null>;
  handles: readonly LineHandle[];
  tickSize: string;
  /** Where the chart finds what to call after each of its drawings. */
  onDraw: { current: () => void };
}

interface Drag {
  id: string;
  price: string;
}

export function LineHandles({ view, handles, tickSize, onDraw }: Props) {
  const elements = useRef(new Map<string, HTMLDivElement>());
  const drag = useRef<Drag | null>(null);
  const place = useCallback(() => {
    for (const handle of handles) {
      const element = elements.current.get(handle.id);
      const price = drag.current?.id === handle.id ? drag.current.price : handle.price;
      const y = view.current?.yOf(price) ?? null;
      if (!element) continue;
      element.style.visibility = y === null ? 'hidden' : 'visible';
      if (y !== null) element.style.transform = `translateY(${Math.round(y)}px)`;
      element.style.right = `${(view.current?.scaleWidth() ?? 60) + 6}px`;
    }
  }, [handles, view]);
  useEffect(() => {
    onDraw.current = place;
    place();
    const frame = requestAnimationFrame(place);
    return () => cancelAnimationFrame(frame);
  }, [place, onDraw]);
  return (
    <div className={classes.handles}>
      {handles.map((handle) => (
        <Handle
          key={handle.id}
          handle={handle}
          tickSize={tickSize}
          view={view}
          drag={drag}
          place={place}
          register={(element) => {
            if (element) elements.current.set(handle.id, element);
            else elements.current.delete(handle.id);
          }}
        />
      ))}
    </div>
  );
}

interface HandleProps {
  handle: LineHandle;
  tickSize: string;
  view: RefObject<CandleView | null>;
  drag: { current: Drag | null };
  place: () => void;
  register: (element: HTMLDivElement | null) => void;
}

function Handle({ handle, tickSize, view, drag, place, register }: HandleProps) {
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (!handle.isMovable) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { id: handle.id, price: handle.price };
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (drag.current?.id !== handle.id) return;
    const area = event.currentTarget.closest('figure')?.getBoundingClientRect();
    const price = view.current?.priceAt(event.clientY - (area?.top ?? 0)) ?? null;
    if (price === null || price <= 0) return;
    drag.current.price = nearestStep(price, tickSize);
    view.current?.moveLine(handle.id, price);
    place();
  };
  const onPointerUp = () => {
    const moved = drag.current;
    drag.current = null;
    if (moved && moved.id === handle.id && moved.price !== handle.price) handle.onMove(moved.price, 'drag');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === 'Escape') handle.onSettle?.(event.key === 'Enter');
    const way = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (way === 0 || !handle.isMovable) return;
    event.preventDefault();
    handle.onMove(stepBy(handle.price, tickSize, way * (event.shiftKey ? 10 : 1)), 'keys');
  };
  return (
    <div ref={register} className={classes.handle} data-tone={handle.tone} data-movable={handle.isMovable || undefined}>
      <span
        className={classes.grip}
        role="slider"
        tabIndex={0}
        aria-label={handle.isMovable ? `${handle.label}; arrow keys move it by a tick` : handle.label}
        aria-orientation="vertical"
        aria-valuenow={Number(handle.price)}
        aria-valuetext={grouped(handle.price)}
        aria-disabled={!handle.isMovable}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={onPointerUp}
        onKeyDown={onKeyDown}
      >
        {handle.label}
      </span>
      {handle.onRemove ? (
        <button type="button" className={classes.remove} aria-label={`Cancel: ${handle.label}`} onClick={handle.onRemove}>
          ✕
        </button>
      ) : null}
    </div>
  );
}
