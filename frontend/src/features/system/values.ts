// Values of settings: as texts to show, and back from what was typed.
import { NOTHING } from '../../ui/format';
import type { Setting } from '../../api/types';

export function valueText(value: unknown): string {
  if (value === null || value === undefined) return NOTHING;
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}

/** What was typed, in the type of the setting; what cannot be one is sent as it is, for the gateway to refuse by name. */
export function typedValue(setting: Pick<Setting, 'type'>, text: string): unknown {
  if (setting.type === 'bool') return text === 'on';
  if (setting.type === 'int' || setting.type === 'float') {
    const number = Number(text);
    return text.trim() !== '' && Number.isFinite(number) ? number : text;
  }
  return text;
}

export function boundsText(setting: Pick<Setting, 'minimum' | 'maximum' | 'unit'>): string {
  const parts = [
    setting.minimum === null ? null : `at least ${valueText(setting.minimum)}`,
    setting.maximum === null ? null : `at most ${valueText(setting.maximum)}`,
  ].filter((part) => part !== null);
  return parts.length > 0 ? `${parts.join(', ')} ${setting.unit}`.trim() : '';
}
