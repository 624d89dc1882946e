import { Group, Radio, Text } from '@mantine/core';
import type { Token } from '../../../../features/tokens/contract.ts';
import { scopes } from '../scope-word.tsx';
import classes from './generate.module.css';

interface ScopePickerProps {
  value: Token['scope'];
  onChange: (scope: Token['scope']) => void;
}

/** Permission Scope: the three the documentation names, each with what it means. */
export function ScopePicker({ value, onChange }: ScopePickerProps) {
  return (
    <Radio.Group
      label="Permission scope"
      value={value}
      onChange={(scope) => onChange(scope as Token['scope'])}
    >
      <div className={classes.scopes}>
        {Object.entries(scopes).map(([scope, { word, meaning, icon: Icon }]) => (
          <Radio.Card key={scope} value={scope} className={classes.scope ?? ''} aria-label={word}>
            <Group gap={6} wrap="nowrap">
              <Radio.Indicator size="xs" />
              <Icon size={15} stroke={1.75} aria-hidden />
              <Text fw={600}>{word}</Text>
            </Group>
            <Text c="dimmed" fz="xs" mt={4}>
              {meaning}
            </Text>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  );
}
