import { ActionIcon, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import classes from './copyable.module.css';
import { middle } from './format.ts';

interface CopyableProps {
  /** What is copied, whole. */
  value: string;
  /** What it is, for the button's name: "Copy the address". */
  what: string;
  /** Longer values lose their middle; the whole is on hover. */
  longest?: number;
  /** Show the button without hovering. */
  always?: boolean;
}

/** A token, address, path or id: fixed width, with copy on hover and by keyboard. */
export function Copyable({ value, what, longest = 80, always = false }: CopyableProps) {
  const clipboard = useClipboard({ timeout: 1_500 });
  const shown = middle(value, longest);
  return (
    <span className={classes.root}>
      <span className={`mono ${classes.text}`} title={shown === value ? undefined : value}>
        {shown}
      </span>
      <Tooltip label={clipboard.copied ? 'Copied' : `Copy the ${what}`}>
        <ActionIcon
          className={`${classes.button} ${always ? classes.always : ''}`}
          size={20}
          aria-label={`Copy the ${what}`}
          onClick={(event) => {
            event.stopPropagation();
            clipboard.copy(value);
          }}
        >
          {clipboard.copied ? <IconCheck size={13} /> : <IconCopy size={13} />}
        </ActionIcon>
      </Tooltip>
    </span>
  );
}
