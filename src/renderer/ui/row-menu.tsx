import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { type ReactNode, useRef, useState } from 'react';
import classes from './row-menu.module.css';

interface RowMenuProps {
  /** "Actions for Payroll Integration" */
  label: string;
  /** The items; asked for once the menu opens. */
  children: () => ReactNode;
}

/**
 * The menu at a row's end. Until it is opened it is a button and nothing more: a table of some hundred rows cannot
 * afford a mounted menu in each. The focus returns to the button.
 */
export function RowMenu({ label, children }: RowMenuProps) {
  const [opened, setOpened] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  // A press outside closes the menu before the click that would toggle it.
  const wasOpen = useRef(false);
  return (
    <span className={classes.root}>
      <ActionIcon
        ref={button}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={opened}
        onPointerDown={() => {
          wasOpen.current = opened;
        }}
        onClick={() => {
          setOpened(!wasOpen.current);
          wasOpen.current = false;
        }}
      >
        <IconDots size={16} />
      </ActionIcon>
      {opened && (
        <Menu
          opened
          returnFocus={false}
          onChange={setOpened}
          onClose={() => button.current?.focus({ preventScroll: true })}
        >
          <Menu.Target>
            <span className={classes.anchor} aria-hidden>
              <span className="visually-hidden">{label}</span>
            </span>
          </Menu.Target>
          <Menu.Dropdown>{children()}</Menu.Dropdown>
        </Menu>
      )}
    </span>
  );
}
