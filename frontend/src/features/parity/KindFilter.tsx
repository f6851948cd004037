// How many differences there are of each kind; a kind that is pressed is shown alone.
import type { Parity } from '../../api/types';
import { type Kind, KIND_NAMES, KINDS } from './kinds';
import classes from './parity.module.css';

interface Props {
  counts: Parity['counts'];
  total: number;
  kind: Kind | null;
  onKind: (kind: Kind | null) => void;
}

export function KindFilter({ counts, total, kind, onKind }: Props) {
  return (
    <div className={classes.kinds} role="group" aria-label="Kinds of differences">
      <KindButton label="All" count={total} isPressed={kind === null} onClick={() => onKind(null)} />
      {KIND_NAMES.map((each) => (
        <KindButton key={each} label={KINDS[each].label} about={KINDS[each].about} count={counts[each]} isPressed={kind === each} onClick={() => onKind(kind === each ? null : each)} />
      ))}
    </div>
  );
}

interface ButtonProps {
  label: string;
  about?: string;
  count: number;
  isPressed: boolean;
  onClick: () => void;
}

function KindButton({ label, about, count, isPressed, onClick }: ButtonProps) {
  return (
    <button type="button" className={classes.kind} aria-pressed={isPressed} title={about} onClick={onClick} data-none={count === 0 || undefined}>
      <span>{label}</span> <strong className="num">{count}</strong>
    </button>
  );
}
