// A bracket as numbers, beside its lines on the chart: an entry with a way out on either side, sent as one.
import { Button, NativeSelect, SegmentedControl } from '@mantine/core';
import { type Dispatch, type FormEvent, useState } from 'react';
import { newKey } from '../../api/intent';
import type { Account, Instrument, OrderListIn } from '../../api/types';
import { useSettings } from '../../settings';
import { useTicker } from '../../stream/markets';
import { toastGood } from '../../ui/toast';
import { type Bracket, type BracketAction, type BracketProblems, bracketWords, entryOrder, type LineName, LINES, linesIn, listOf, mistakesOf, prospectOf } from './bracketState';
import { refusedLegs } from './bracketRefusals';
import { Review } from './lazyReview';
import { NumberField } from './NumberField';
import { PreviewPanel } from './PreviewPanel';
import { Prospect } from './Prospect';
import { Refusal } from './Refusal';
import { SideChoice } from './SideChoice';
import classes from './Ticket.module.css';
import { usePlaceList } from './useOrderLists';
import { usePreview } from './usePreview';

interface Props {
  account: Account;
  instrument: Instrument;
  bracket: Bracket;
  dispatch: Dispatch<BracketAction>;
}

interface Intent {
  list: OrderListIn;
  key: string;
  words: string;
}

export default function BracketTicket({ account, instrument, bracket, dispatch }: Props) {
  const { hasReview } = useSettings();
  const last = useTicker(instrument.symbol)?.last ?? null;
  const mistakes = mistakesOf(bracket, instrument, last);
  const isWhole = Object.keys(mistakes).length === 0;
  const entry = isWhole ? entryOrder(bracket, instrument) : null;
  const preview = usePreview(account.id, entry);
  const { place, reviewed, setReviewed, sent, send, submit, isChecked } = useSending({ account, instrument, bracket, dispatch }, isWhole);
  // What was refused of another bracket than the one that is drawn now is no news of this one.
  const fault = sent && JSON.stringify(sent.list) === JSON.stringify(listOf(bracket, instrument)) ? place.error : null;
  const refused = refusedLegs(fault?.details ?? {});
  const fields: Fields = {
    bracket,
    instrument,
    problems: { ...refused.problems, ...(isChecked ? mistakes : onlyTyped(mistakes, bracket)) },
    change: (change) => dispatch({ do: 'change', change }),
    dispatch,
  };
  const words = bracketWords(bracket, instrument);
  return (
    <form className={classes.ticket} onSubmit={submit} aria-label="Bracket ticket" noValidate>
      <SideChoice side={bracket.side} onChoose={(side) => dispatch({ do: 'turn', side })} />
      <NumberField label="Quantity" unit={instrument.base} value={bracket.size} problem={fields.problems.size} onChange={(size) => fields.change({ size })} />
      <Entry {...fields} />
      <PriceField {...fields} name="takeProfit" />
      <Stop {...fields} />
      <Placing {...fields} />
      <Prospect prospect={isWhole ? prospectOf(bracket, last) : null} quote={instrument.quote} />
      {entry ? <PreviewPanel preview={preview.data} fault={preview.error} instrument={instrument} /> : null}
      <Button type="submit" loading={place.isPending} className={classes.send} data-side={bracket.side} fullWidth>
        {hasReview ? `Review: ${words}` : words}
      </Button>
      {fault && sent ? <Refusal fault={fault} words={sent.words} others={refused.others} onRetry={fault.isRetryable ? () => send(sent) : undefined} /> : null}
      {reviewed && entry ? (
        <Review order={entry} words={reviewed.words} instrument={instrument} preview={preview.data} onSend={() => send(reviewed)} onClose={() => setReviewed(null)} />
      ) : null}
    </form>
  );
}

/** All three orders are one intent with one key: there are three of them, or none. */
function useSending({ account, instrument, bracket, dispatch }: Props, isWhole: boolean) {
  const { hasReview } = useSettings();
  const [reviewed, setReviewed] = useState<Intent | null>(null);
  const [sent, setSent] = useState<Intent | null>(null);
  const [isChecked, setChecked] = useState(false);
  const place = usePlaceList(account.id, {
    success: () => {
      toastGood('Bracket sent.', bracketWords(bracket, instrument));
      dispatch({ do: 'end' });
    },
  });
  const send = (intent: Intent) => {
    setReviewed(null);
    setSent(intent);
    place.write(intent.list, intent.key);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (!isWhole || place.isPending) return;
    const intent = { list: listOf(bracket, instrument), key: newKey(), words: bracketWords(bracket, instrument) };
    if (hasReview) setReviewed(intent);
    else send(intent);
  };
  return { place, reviewed, setReviewed, sent, send, submit, isChecked };
}

function onlyTyped(problems: BracketProblems, bracket: Bracket): BracketProblems {
  const names = (Object.keys(problems) as (keyof BracketProblems)[]).filter((name) => bracket[name] !== '');
  return Object.fromEntries(names.map((name) => [name, problems[name]]));
}

interface Fields {
  bracket: Bracket;
  instrument: Instrument;
  problems: BracketProblems;
  change: (change: Partial<Bracket>) => void;
  dispatch: Dispatch<BracketAction>;
}

function PriceField({ name, label = LINES[name], bracket, instrument, problems, change, dispatch }: Fields & { name: LineName; label?: string }) {
  return (
    <NumberField
      label={label}
      unit={instrument.quote}
      value={bracket[name]}
      problem={problems[name]}
      onChange={(text) => change({ [name]: text })}
      onStep={(count) => dispatch({ do: 'nudge', field: name, step: instrument.tick_size, count })}
    />
  );
}

function Entry(fields: Fields) {
  const { bracket, change } = fields;
  return (
    <>
      <NativeSelect
        label="Enters"
        value={bracket.enterBy}
        onChange={(event) => change({ enterBy: event.currentTarget.value as Bracket['enterBy'] })}
        data={[
          { value: 'limit', label: 'At a price or better' },
          { value: 'market', label: 'At the market, now' },
        ]}
      />
      {bracket.enterBy === 'limit' ? <PriceField {...fields} name="entry" /> : null}
    </>
  );
}

function Stop(fields: Fields) {
  const { bracket, problems, change } = fields;
  return (
    <div className={classes.pair}>
      {bracket.stopBy === 'price' ? (
        <PriceField {...fields} name="stop" />
      ) : (
        <NumberField label="Stop trails by" unit="%" value={bracket.trailPercent} problem={problems.trailPercent} onChange={(trailPercent) => change({ trailPercent })} />
      )}
      <NativeSelect
        aria-label="The stop"
        value={bracket.stopBy}
        onChange={(event) => change({ stopBy: event.currentTarget.value as Bracket['stopBy'] })}
        data={[
          { value: 'price', label: 'stands' },
          { value: 'trail', label: 'trails' },
        ]}
      />
    </div>
  );
}

/** Which of the lines the next click on the chart places. */
function Placing({ bracket, dispatch }: Fields) {
  return (
    <div>
      <span className="small soft">A click on the chart places</span>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label="A click on the chart places"
        value={bracket.placing ?? 'none'}
        onChange={(value) => dispatch({ do: 'change', change: { placing: value === 'none' ? null : (value as LineName) } })}
        data={[{ value: 'none', label: 'Nothing' }, ...linesIn(bracket).map((value) => ({ value, label: LINES[value] }))]}
      />
    </div>
  );
}
