// Rules to begin with, while there are none: a crossing of averages, or a factor that comes above a level.
import { Button, NativeSelect } from '@mantine/core';
import { useFactors, useFactorSets } from '../../api/queries';
import { useAccountName } from '../usePlace';
import { type Draft, SAMPLE_RULES } from './draft';
import { type NamedFactor, rulesOfFactor } from './factorRules';

export function BeginFields({ onChange }: { onChange: (part: Partial<Draft>) => void }) {
  const own = useFactors(useAccountName()).data ?? [];
  const sets = useFactorSets().data ?? [];
  const take = (name: string) => {
    const all: NamedFactor[] = [...own, ...sets.flatMap((set) => set.factors)];
    const found = all.find((factor) => factor.name === name);
    if (found) onChange(rulesOfFactor(found));
  };
  return (
    <div className="row">
      <Button size="compact-sm" variant="default" onClick={() => onChange(SAMPLE_RULES)}>
        Begin with a crossing of averages
      </Button>
      <NativeSelect
        size="xs"
        aria-label="Begin with a factor"
        value=""
        onChange={(event) => take(event.currentTarget.value)}
        data={[
          { value: '', label: 'Begin with a factor' },
          { group: 'Named', items: own.map(({ name }) => ({ value: name, label: name })) },
          ...sets.map((set) => ({ group: set.name, items: set.factors.map(({ name }) => ({ value: name, label: name })) })),
        ]}
      />
    </div>
  );
}
