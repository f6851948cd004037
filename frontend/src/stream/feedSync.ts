// Keeps the cached state of the feed what the channel `feed` says it is.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { takeFeed } from '../api/feed';
import type { Feed } from '../api/types';
import { useStream } from './StreamProvider';

export function useFeedSync(): void {
  const stream = useStream();
  const client = useQueryClient();
  useEffect(() => stream.subscribe('feed', ({ data }) => takeFeed(client, data as Feed)), [stream, client]);
}
