import { Button, Popover } from '@mantine/core';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useView } from '../../../view.ts';
import classes from './facets.module.css';

interface FacetsButtonProps {
  /** There is room for them beside the log. */
  wide: boolean;
  /** What opens where there is none. */
  children: ReactNode;
}

/** Shows the facets: beside the log, or over it where there is no room. */
export function FacetsButton({ wide, children }: FacetsButtonProps) {
  const shown = useView((view) => view.facetsShown);
  const show = useView((view) => view.showFacets);
  const icon = <IconAdjustmentsHorizontal size={14} />;
  if (wide)
    return (
      <Button
        size="compact-sm"
        variant={shown ? 'light' : 'default'}
        aria-pressed={shown}
        leftSection={icon}
        onClick={() => show(!shown)}
      >
        Facets
      </Button>
    );
  return (
    <Popover
      position="bottom-start"
      shadow="md"
      trapFocus
      returnFocus
      width={272}
      middlewares={{ shift: true, size: true }}
    >
      <Popover.Target>
        <Button size="compact-sm" variant="default" leftSection={icon}>
          Facets
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Facets" className={classes.over}>
        {children}
      </Popover.Dropdown>
    </Popover>
  );
}
