// Charts as the words that stand for them: the document of the tests has no canvas. For `vi.mock`.
import type { ReactNode } from 'react';

interface Props {
  summary: string;
  sight?: { from: number; to: number } | null;
  segments?: readonly { id: number }[];
  onSegment?: (id: number) => void;
}

/** With a button in place of each line of a trade. */
export function CandleChart({ summary, sight, segments = [], onSegment }: Props) {
  return (
    <>
      <div role="img" aria-label={summary} data-from={sight ? new Date(sight.from).toISOString() : undefined} data-to={sight ? new Date(sight.to).toISOString() : undefined} />
      {segments.map(({ id }) => (
        <button key={id} type="button" onClick={() => onSegment?.(id)}>
          Line of trade {id}
        </button>
      ))}
    </>
  );
}

export function LineChart({ summary }: Props) {
  return <div role="img" aria-label={summary} />;
}

export function ChartPlace({ children }: { children: ReactNode }) {
  return <>{children}</>;
}
