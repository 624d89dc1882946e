import { Radio, Stack } from '@mantine/core';
import { ROLES, type Role } from '../../../../base/roles.ts';
import { roleWords } from '../../../ui/role-words.ts';

export const RolePicker = ({ value, onChange }: { value: Role; onChange: (role: Role) => void }) => (
  <Radio.Group label="Role" value={value} onChange={(role) => onChange(role as Role)}>
    <Stack gap="xs" mt={4}>
      {ROLES.map((role) => (
        <Radio key={role} value={role} label={roleWords[role].name} description={roleWords[role].may} />
      ))}
    </Stack>
  </Radio.Group>
);
