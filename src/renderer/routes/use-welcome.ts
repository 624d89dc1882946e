import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../api.ts';
import { useView } from '../view.ts';
import { paths } from './paths.ts';

/** Shows the welcome screen once, while the instance is empty and nobody chose to start empty. */
export function useWelcome(): void {
  const navigate = useNavigate();
  const welcomed = useView((view) => view.welcomed);
  const offered = useQuery({ ...api.demo.offered.queryOptions(), enabled: !welcomed });
  const show = offered.data === true && !welcomed;
  useEffect(() => {
    if (show) navigate(paths.welcome(), { replace: true });
  }, [show, navigate]);
}
