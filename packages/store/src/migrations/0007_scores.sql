-- A tenant's own rules about scores: domain/scores/scoring-rule.ts.
create table scoring_rules (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  event_type event_type not null,
  description text,
  condition jsonb not null default '{}',
  score_delta smallint not null,
  is_active boolean not null,
  priority integer not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint scoring_rules_pkey primary key (tenant_id, id)
);

-- The score of somebody without events, domain/scores/score.ts: who has just had the first one keeps it until it is recomputed.
alter table engagement
  alter column score set default 50,
  alter column score set not null,
  alter column tier set default 'potential',
  alter column tier set not null;

-- Whose score is to be recomputed: few at any time.
create index engagement_score_due on engagement (tenant_id, contact_id) where score_due;

-- Lists by score, and the contacts of a tier (docs/decisions/0017).
create index engagement_score on engagement (tenant_id, score, contact_id);
