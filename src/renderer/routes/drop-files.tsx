import { IconFileSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import classes from './drop-files.module.css';

/** Says that files can be dropped here, while they hover over the window. The app opens them, not the page. */
export function DropFiles() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const isFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const enter = (event: DragEvent) => {
      if (isFiles(event)) setOver(true);
    };
    // Within the window, what is left is left for something else in it.
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = () => setOver(false);
    window.addEventListener('dragenter', enter);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragenter', enter);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  if (!over) return null;
  return (
    <div className={classes.over}>
      <div className={classes.card}>
        <IconFileSearch size={28} stroke={1.5} aria-hidden />
        <strong>Drop to open</strong>
        Exports of Gatehouse, and access logs
      </div>
    </div>
  );
}
