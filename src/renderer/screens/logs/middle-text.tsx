import classes from './logs.module.css';

const TAIL = 14;

/** Fixed-width text that loses its middle when it gets no room: both ends tell paths apart. The whole is on hover. */
export function MiddleText({ text }: { text: string }) {
  const cut = Math.max(0, text.length - TAIL);
  return (
    <span className={`mono ${classes.middle}`} title={text}>
      <span className={classes.head}>{text.slice(0, cut)}</span>
      <span className={classes.tail}>{text.slice(cut)}</span>
    </span>
  );
}
