// Short messages in the corner: good news leaves by itself, bad news stays until it is closed. What shows them comes with the first one,
// or before (`Toasts`); where it cannot come, screen readers are told all the same.
import type { NotificationData } from '@mantine/notifications';
import { asApiError } from '../api/errors';
import { announce } from './announce';

const GOOD_NEWS_MS = 5_000;
const CLOSE = { 'aria-label': 'Close this message' };

export function toastGood(title: string, message: string): void {
  announce(`${title} ${message}`);
  show({ title, message, color: 'teal', autoClose: GOOD_NEWS_MS });
}

export function toastFault(title: string, fault: unknown): void {
  const error = asApiError(fault);
  const trace = error.traceId ? ` (trace ${error.traceId})` : '';
  announce(`${title} ${error.message}`);
  show({ title, message: `${error.message}${trace}`, color: 'red', autoClose: false });
}

function show(toast: NotificationData): void {
  void import('@mantine/notifications').then(
    ({ notifications }) => notifications.show({ ...toast, closeButtonProps: CLOSE }),
    () => undefined,
  );
}
