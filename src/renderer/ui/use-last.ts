import { useEffect, useRef } from 'react';

/** The value, or the last one while there is none: a dialog keeps its words until it is out of sight. */
export function useLast<T>(value: T | null): T | null {
  const last = useRef(value);
  useEffect(() => {
    if (value !== null) last.current = value;
  }, [value]);
  return value ?? last.current;
}
