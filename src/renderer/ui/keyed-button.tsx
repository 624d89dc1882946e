import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import { useKeyless } from './use-keyless.ts';

interface KeyedButtonProps extends ButtonProps {
  onClick: () => void;
}

/** Does what needs the instance's key. Where there is none it is off, and says why. */
export function KeyedButton({ onClick, ...props }: KeyedButtonProps) {
  const why = useKeyless();
  if (why === null) return <Button {...props} onClick={onClick} />;
  return (
    <Tooltip label={why} multiline w={280} events={{ hover: true, focus: true, touch: true }}>
      {/* Not disabled for the browser: the focus reaches it, and with it the reason. */}
      <Button
        {...props}
        data-disabled
        aria-disabled
        aria-description={why}
        onClick={(event) => event.preventDefault()}
      />
    </Tooltip>
  );
}
