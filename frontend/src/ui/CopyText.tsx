// A text with a button that copies it.
import { ActionIcon, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { Icon } from './icons';

export function CopyText({ text, label }: { text: string; label: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 2_000);
    });
  };
  return (
    <span className="row">
      <span className="mono small">{text}</span>
      <Tooltip label={isCopied ? 'Copied' : `Copy ${label}`}>
        <ActionIcon variant="subtle" size={24} color="gray" aria-label={`Copy ${label}`} onClick={copy}>
          <Icon name={isCopied ? 'check' : 'copy'} size={14} />
        </ActionIcon>
      </Tooltip>
    </span>
  );
}
