// Puts a named factor into a rule: its expression, compared with nothing, for the rule's writer to go on from.
import { Button, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { announce } from '../../ui/announce';
import { type Draft, type RuleSide, SIDES } from '../../ui/strategy/draft';
import { type NamedFactor, withFactor } from '../../ui/strategy/factorRules';
import shared from '../../ui/strategy/strategy.module.css';
import { SIDE_WORDS } from '../../ui/strategy/words';
import { useNamedFactors } from './queries';

interface Props {
  account: string;
  form: Draft;
  onChange: (part: Partial<Draft>) => void;
}

export function FactorField({ account, form, onChange }: Props) {
  const { own = [], sets = [] } = useNamedFactors(account);
  const [chosen, setChosen] = useState('');
  const [side, setSide] = useState<RuleSide>('long_entry');
  const all: NamedFactor[] = [...own, ...sets.flatMap((set) => set.factors)];
  const factor = all.find((each) => each.name === chosen);
  if (all.length === 0) return null;
  const sides = form.allow_short ? SIDES : SIDES.slice(0, 2);
  const put = () => {
    if (!factor) return;
    onChange(withFactor(form, factor, side));
    announce(`${factor.name} stands in “${SIDE_WORDS[side]}”.`);
  };
  return (
    <div className={shared.addRow} role="group" aria-label="A factor in a rule">
      <NativeSelect
        size="xs"
        label="A factor in a rule"
        value={chosen}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={[
          { value: '', label: 'Choose a factor' },
          { group: 'Named by you', items: own.map(({ name }) => name) },
          ...sets.map((set) => ({ group: set.name, items: set.factors.map(({ name }) => name) })),
        ]}
      />
      <NativeSelect size="xs" label="In" value={side} onChange={(event) => setSide(event.currentTarget.value as RuleSide)} data={sides.map((each) => ({ value: each, label: SIDE_WORDS[each] }))} />
      <Button size="xs" variant="default" disabled={!factor} onClick={put}>
        Put it in
      </Button>
    </div>
  );
}
