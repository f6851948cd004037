// Charts as the words that stand for them: the document of the tests has no canvas. For `vi.mock`.
import type { ReactNode } from 'react';

interface Props {
  summary: string;
  focus?: { from: string; to: string } | null;
}

export function CandleChart({ summary, focus }: Props) {
  return <div role="img" aria-label={summary} data-focus={focus?.from} />;
}

export function LineChart({ summary }: Props) {
  return <div role="img" aria-label={summary} />;
}

export function ChartPlace({ children }: { children: ReactNode }) {
  return <>{children}</>;
}
