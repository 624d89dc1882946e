import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { api } from '../api.ts';
import { useView } from '../view.ts';
import { paths } from './paths.ts';

/** Where the console opens; a link to any other place is followed as it is. */
const openings = ['/', paths.tokens()];

/** Shows the welcome screen while the instance is empty and nobody chose here to start it empty. */
export function useWelcome(): void {
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const info = useQuery({ ...api.instance.info.queryOptions(), staleTime: Number.POSITIVE_INFINITY });
  const answered = useView(({ welcomed }) => info.data === undefined || welcomed.includes(info.data.id));
  const opening = openings.includes(pathname) && search === '';
  const offered = useQuery({ ...api.demo.offered.queryOptions(), enabled: opening && !answered });
  const show = opening && !answered && offered.data === true;
  useEffect(() => {
    if (show) navigate(paths.welcome(), { replace: true });
  }, [show, navigate]);
}
