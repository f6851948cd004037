// The text once more behind its field, unseen but for the mark of a mistake; letters stand where the field has them.
import { forwardRef, Fragment } from 'react';
import classes from './expression.module.css';

interface Props {
  text: string;
  mark: { start: number; end: number } | null;
}

interface Piece {
  text: string;
  isMarked: boolean;
}

const WORDS = /([A-Za-z_]\w*)/;

export function piecesOf(text: string, mark: Props['mark']): Piece[] {
  if (!mark) return [{ text, isMarked: false }];
  // A mistake at the very end, such as a missing bracket, has nothing to be marked but the place after it.
  const marked = text.slice(mark.start, mark.end) || ' ';
  return [
    { text: text.slice(0, mark.start), isMarked: false },
    { text: marked, isMarked: true },
    { text: text.slice(mark.end), isMarked: false },
  ];
}

export const Backdrop = forwardRef<HTMLDivElement, Props>(function Backdrop({ text, mark }, ref) {
  return (
    <div ref={ref} className={classes.backdrop} aria-hidden="true">
      {piecesOf(text, mark).map((piece, index) =>
        piece.isMarked ? (
          <mark key={index} className={classes.mark} data-testid="mistake">
            {piece.text}
          </mark>
        ) : (
          <Fragment key={index}>
            {piece.text.split(WORDS).map((part, at) => (at % 2 ? <span key={at} data-word={part}>{part}</span> : part))}
          </Fragment>
        ),
      )}
      {'\n'}
    </div>
  );
});
