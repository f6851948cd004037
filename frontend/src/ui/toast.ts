// Short messages in the corner: good news leaves by itself, bad news stays until it is closed.
import { notifications } from '@mantine/notifications';
import { asApiError } from '../api/errors';
import { announce } from './announce';

const GOOD_NEWS_MS = 5_000;
const CLOSE = { 'aria-label': 'Close this message' };

export function toastGood(title: string, message: string): void {
  announce(`${title} ${message}`);
  notifications.show({ title, message, color: 'teal', autoClose: GOOD_NEWS_MS, closeButtonProps: CLOSE });
}

export function toastFault(title: string, fault: unknown): void {
  const error = asApiError(fault);
  const trace = error.traceId ? ` (trace ${error.traceId})` : '';
  announce(`${title} ${error.message}`);
  notifications.show({ title, message: `${error.message}${trace}`, color: 'red', autoClose: false, closeButtonProps: CLOSE });
}
