"""Who gets which answer from which route in which state of its object, written down once more.

One table per resource. A cell is ``ok`` (a 2xx), ``-`` (the role may not: ``/problems/forbidden``)
or the code of the problem. The product's own permission table is held against this one: a route
that is not here, or a cell that differs, fails the tests; opening a door takes two hands.
"""

# ruff: noqa: E501 - tables
from __future__ import annotations

from dataclasses import dataclass

COLUMNS = ("back_office", "supervisor", "ops", "auditor", "admin", "system")

CASES = """
                                                      BO             SUP            OPS              AUD           ADM  SYS
POST /v1/cases                             free       ok             -              -                -             -    -
POST /v1/cases                             busy       case-in-flight -              -                -             -    -
POST /v1/cases                             stale      stale-policy   -              -                -             -    -
POST /v1/cases                             no-policy  unknown-policy -              -                -             -    -
GET  /v1/cases                             any        ok             ok             ok               ok            -    -
GET  /v1/cases/{case_id}                   waiting    ok             ok             ok               ok            -    -
GET  /v1/cases/{case_id}                   stuck      ok             ok             ok               ok            -    -
GET  /v1/cases/{case_id}                   ended      ok             ok             ok               ok            -    -
GET  /v1/cases/{case_id}                   nobody     unknown-case   unknown-case   unknown-case     unknown-case  -    -
GET  /v1/cases/{case_id}/trail             waiting    ok             ok             ok               ok            -    -
GET  /v1/cases/{case_id}/trail             ended      ok             ok             ok               ok            -    -
GET  /v1/cases/{case_id}/trail             nobody     unknown-case   unknown-case   unknown-case     unknown-case  -    -
GET  /v1/cases/{case_id}/decisions         waiting    -              -              -                ok            -    -
GET  /v1/cases/{case_id}/decisions         nobody     -              -              -                unknown-case  -    -
GET  /v1/cases/{case_id}/ledger            waiting    ok             ok             ok               ok            -    -
GET  /v1/cases/{case_id}/ledger            ended      ok             ok             ok               ok            -    -
GET  /v1/cases/{case_id}/ledger            nobody     unknown-case   unknown-case   unknown-case     unknown-case  -    -
GET  /v1/cases/{case_id}/diagram           waiting    ok             ok             ok               ok            -    -
GET  /v1/cases/{case_id}/diagram           ended      ok             ok             ok               ok            -    -
GET  /v1/cases/{case_id}/diagram           nobody     unknown-case   unknown-case   unknown-case     unknown-case  -    -
GET  /v1/cases/{case_id}/audit             waiting    -              -              -                ok            -    -
GET  /v1/cases/{case_id}/audit             ended      -              -              -                ok            -    -
GET  /v1/cases/{case_id}/audit             nobody     -              -              -                unknown-case  -    -
GET  /v1/cases/{case_id}/evidence          waiting    -              -              -                ok            -    -
GET  /v1/cases/{case_id}/evidence          ended      -              -              -                ok            -    -
GET  /v1/cases/{case_id}/evidence          nobody     -              -              -                unknown-case  -    -
GET  /v1/cases/{case_id}/traces            waiting    -              -              ok               -             -    -
GET  /v1/cases/{case_id}/traces            ended      -              -              ok               -             -    -
GET  /v1/cases/{case_id}/traces            nobody     -              -              unknown-case     -             -    -
POST /v1/cases/{case_id}/cancel            waiting    -              -              ok               -             -    -
POST /v1/cases/{case_id}/cancel            stuck      -              -              ok               -             -    -
POST /v1/cases/{case_id}/cancel            ended      -              -              case-not-running -             -    -
POST /v1/cases/{case_id}/cancel            nobody     -              -              unknown-case     -             -    -
POST /v1/cases/{case_id}/document-requests asking     one-notice     ok             -                -             -    -
POST /v1/cases/{case_id}/document-requests waiting    one-notice     not-listening  -                -             -    -
POST /v1/cases/{case_id}/document-requests ended      one-notice     not-listening  -                -             -    -
POST /v1/cases/{case_id}/document-requests nobody     unknown-case   unknown-case   -                -             -    -
POST /v1/cases/{case_id}/replay            waiting    -              -              no-such-point    -             -    -
POST /v1/cases/{case_id}/replay            stuck      -              -              ok               -             -    -
POST /v1/cases/{case_id}/replay            ended      -              -              ok               -             -    -
POST /v1/cases/{case_id}/replay            replaying  -              -              replay-under-way -             -    -
POST /v1/cases/{case_id}/replay            forgotten  -              -              case-not-running -             -    -
POST /v1/cases/{case_id}/replay            nobody     -              -              unknown-case     -             -    -
POST /v1/cases/{case_id}/activities        offering   ok             ok             ok               -             -    -
POST /v1/cases/{case_id}/activities        anothers   unknown-instance unknown-instance unknown-instance -           -    -
POST /v1/cases/{case_id}/activities        unnamed    unknown-offer  unknown-offer  unknown-offer    -             -    -
POST /v1/cases/{case_id}/activities        taken      not-open       not-open       not-open         -             -    -
POST /v1/cases/{case_id}/activities        offered    case-not-running case-not-running case-not-running -           -    -
POST /v1/cases/{case_id}/activities        nobody     unknown-case   unknown-case   unknown-case     -             -    -
POST /v1/cases/{case_id}/pin               waiting    -              -              ok               -             -    -
POST /v1/cases/{case_id}/pin               ended      -              -              ok               -             -    -
POST /v1/cases/{case_id}/pin               nobody     -              -              unknown-case     -             -    -
POST /v1/cases/{case_id}/modification      waiting    -              -              ok               -             -    -
POST /v1/cases/{case_id}/modification      payable    -              -              second-person    -             -    -
POST /v1/cases/{case_id}/modification      empty      -              -              no-instructions  -             -    -
POST /v1/cases/{case_id}/modification      senseless  -              -              invalid          -             -    -
POST /v1/cases/{case_id}/modification      not-its    -              -              unknown-instance -             -    -
POST /v1/cases/{case_id}/modification      ended      -              -              case-not-running -             -    -
POST /v1/cases/{case_id}/modification      nobody     -              -              unknown-case     -             -    -
POST /v1/cases/{case_id}/migration         versioned  -              -              ok               -             -    -
POST /v1/cases/{case_id}/migration         misplanned -              -              plan-invalid     -             -    -
POST /v1/cases/{case_id}/migration         never-migrated -          -              not-migrated     -             -    -
POST /v1/cases/{case_id}/migration         not-its    -              -              unknown-instance -             -    -
POST /v1/cases/{case_id}/migration         nobody     -              -              unknown-case     -             -    -
POST /v1/cases/{case_id}/suspend           waiting    -              -              ok               -             -    -
POST /v1/cases/{case_id}/suspend           suspended  -              -              suspended        -             -    -
POST /v1/cases/{case_id}/suspend           ended      -              -              case-not-running -             -    -
POST /v1/cases/{case_id}/suspend           nobody     -              -              unknown-case     -             -    -
POST /v1/cases/{case_id}/resume            suspended  -              -              ok               -             -    -
POST /v1/cases/{case_id}/resume            waiting    -              -              not-suspended    -             -    -
POST /v1/cases/{case_id}/resume            ended      -              -              case-not-running -             -    -
POST /v1/cases/{case_id}/resume            nobody     -              -              unknown-case     -             -    -
"""

TASKS = """
                                                      BO             SUP              OPS          AUD           ADM  SYS
GET  /v1/tasks                             any        ok             ok               ok           ok            -    -
GET  /v1/tasks/{task_id}                   open       unknown-task   ok               ok           ok            -    -
GET  /v1/tasks/{task_id}                   mine       unknown-task   ok               ok           ok            -    -
GET  /v1/tasks/{task_id}                   anothers   unknown-task   ok               ok           ok            -    -
GET  /v1/tasks/{task_id}                   decided    unknown-task   ok               ok           ok            -    -
GET  /v1/tasks/{task_id}                   withdrawn  unknown-task   ok               ok           ok            -    -
GET  /v1/tasks/{task_id}                   above      unknown-task   unknown-task     ok           ok            -    -
GET  /v1/tasks/{task_id}                   nobody     unknown-task   unknown-task     unknown-task unknown-task  -    -
POST /v1/tasks/{task_id}/claim             open       unknown-task   ok               -            -             -    -
POST /v1/tasks/{task_id}/claim             mine       unknown-task   ok               -            -             -    -
POST /v1/tasks/{task_id}/claim             anothers   unknown-task   claimed          -            -             -    -
POST /v1/tasks/{task_id}/claim             own-work   unknown-task   four-eyes        -            -             -    -
POST /v1/tasks/{task_id}/claim             decided    unknown-task   not-open         -            -             -    -
POST /v1/tasks/{task_id}/claim             withdrawn  unknown-task   case-not-running -            -             -    -
POST /v1/tasks/{task_id}/claim             above      unknown-task   unknown-task     -            -             -    -
POST /v1/tasks/{task_id}/claim             nobody     unknown-task   unknown-task     -            -             -    -
POST /v1/tasks/{task_id}/unclaim           open       unknown-task   not-open         -            -             -    -
POST /v1/tasks/{task_id}/unclaim           mine       unknown-task   ok               -            -             -    -
POST /v1/tasks/{task_id}/unclaim           anothers   unknown-task   claimed          -            -             -    -
POST /v1/tasks/{task_id}/unclaim           decided    unknown-task   not-open         -            -             -    -
POST /v1/tasks/{task_id}/unclaim           withdrawn  unknown-task   case-not-running -            -             -    -
POST /v1/tasks/{task_id}/unclaim           above      unknown-task   unknown-task     -            -             -    -
POST /v1/tasks/{task_id}/unclaim           nobody     unknown-task   unknown-task     -            -             -    -
POST /v1/tasks/{task_id}/delegate          open       unknown-task   claimed          -            -             -    -
POST /v1/tasks/{task_id}/delegate          mine       unknown-task   ok               -            -             -    -
POST /v1/tasks/{task_id}/delegate          anothers   unknown-task   claimed          -            -             -    -
POST /v1/tasks/{task_id}/delegate          decided    unknown-task   not-open         -            -             -    -
POST /v1/tasks/{task_id}/delegate          withdrawn  unknown-task   case-not-running -            -             -    -
POST /v1/tasks/{task_id}/delegate          above      unknown-task   unknown-task     -            -             -    -
POST /v1/tasks/{task_id}/delegate          nobody     unknown-task   unknown-task     -            -             -    -
POST /v1/tasks/{task_id}/complete          open       unknown-task   ok               -            -             -    -
POST /v1/tasks/{task_id}/complete          mine       unknown-task   ok               -            -             -    -
POST /v1/tasks/{task_id}/complete          anothers   unknown-task   claimed          -            -             -    -
POST /v1/tasks/{task_id}/complete          own-work   unknown-task   four-eyes        -            -             -    -
POST /v1/tasks/{task_id}/complete          too-much   unknown-task   authority        -            -             -    -
POST /v1/tasks/{task_id}/complete          changed    unknown-task   content-changed  -            -             -    -
POST /v1/tasks/{task_id}/complete          decided    unknown-task   not-open         -            -             -    -
POST /v1/tasks/{task_id}/complete          withdrawn  unknown-task   case-not-running -            -             -    -
POST /v1/tasks/{task_id}/complete          above      unknown-task   unknown-task     -            -             -    -
POST /v1/tasks/{task_id}/complete          nobody     unknown-task   unknown-task     -            -             -    -
GET  /v1/notices                           any        -              ok               -            ok            ok   -
"""

INCIDENTS = """
                                                      BO  SUP              OPS               AUD              ADM  SYS
GET  /v1/incidents                         any        -   ok               ok                ok               -    -
GET  /v1/incidents/groups                  any        -   ok               ok                ok               -    -
GET  /v1/incidents/{incident_id}           open       -   ok               ok                ok               -    -
GET  /v1/incidents/{incident_id}           resolved   -   ok               ok                ok               -    -
GET  /v1/incidents/{incident_id}           watched    -   ok               ok                ok               -    -
GET  /v1/incidents/{incident_id}           nobody     -   unknown-incident unknown-incident  unknown-incident -    -
POST /v1/incidents/resolve                 of-case    -   -                ok                -                -    -
POST /v1/incidents/resolve                 any        -   -                no-cause          -                -    -
POST /v1/incidents/{incident_id}/resolve   open       -   -                ok                -                -    -
POST /v1/incidents/{incident_id}/resolve   codeless   -   -                no-error-code     -                -    -
POST /v1/incidents/{incident_id}/resolve   resolved   -   -                not-open          -                -    -
POST /v1/incidents/{incident_id}/resolve   watched    -   -                seen-from-outside -                -    -
POST /v1/incidents/{incident_id}/resolve   of-ended   -   -                case-not-running  -                -    -
POST /v1/incidents/{incident_id}/resolve   ignoring   -   -                ok                -                -    -
POST /v1/incidents/{incident_id}/resolve   unaside    -   -                not-aside         -                -    -
POST /v1/incidents/{incident_id}/resolve   of-watch   -   -                ok                -                -    -
POST /v1/incidents/resolve                 over       -   -                not-open          -                -    -
POST /v1/incidents/{incident_id}/resolve   nobody     -   -                unknown-incident  -                -    -
"""

DEFINITIONS = """
                                                      BO                 SUP                OPS                AUD                ADM                SYS
GET  /v1/definitions                       any        ok                 ok                 ok                 ok                 ok                 -
POST /v1/definitions                       new        -                  -                  ok                 -                  ok                 -
POST /v1/definitions                       known      -                  -                  ok                 -                  ok                 -
POST /v1/definitions                       broken     -                  -                  model-invalid      -                  model-invalid      -
POST /v1/definitions/lint                  new        ok                 ok                 ok                 ok                 ok                 -
POST /v1/definitions/lint                  broken     ok                 ok                 ok                 ok                 ok                 -
GET  /v1/definitions/{process_id}/{version} deployed  ok                 ok                 ok                 ok                 ok                 -
GET  /v1/definitions/{process_id}/{version}/migration deployed - -              ok                 -                  ok                 -
GET  /v1/definitions/{process_id}/{version}/migration nobody - -                unknown-definition -                  unknown-definition -
GET  /v1/definitions/{process_id}/{version} nobody    unknown-definition unknown-definition unknown-definition unknown-definition unknown-definition -
"""

BATCHES = """
                                                      BO  SUP  OPS           AUD           ADM  SYS
GET  /v1/batches                           any        -   -    ok            ok            -    -
POST /v1/batches                           new        -   -    ok            -             -    -
POST /v1/batches                           unnamed    -   -    no-filter     -             -    -
GET  /v1/batches/{batch_id}                ordered    -   -    ok            ok            -    -
GET  /v1/batches/{batch_id}                nobody     -   -    unknown-batch unknown-batch -    -
GET  /v1/batches/{batch_id}/results        ordered    -   -    ok            ok            -    -
GET  /v1/batches/{batch_id}/results        nobody     -   -    unknown-batch unknown-batch -    -
POST /v1/batches/{batch_id}/pause          ordered    -   -    batch-state   -             -    -
POST /v1/batches/{batch_id}/resume         ordered    -   -    batch-state   -             -    -
POST /v1/batches/{batch_id}/cancel         ordered    -   -    batch-state   -             -    -
POST /v1/batches/{batch_id}/pause          nobody     -   -    unknown-batch -             -    -
POST /v1/batches/{batch_id}/resume         nobody     -   -    unknown-batch -             -    -
POST /v1/batches/{batch_id}/cancel         nobody     -   -    unknown-batch -             -    -
"""

MESSAGES = """
                                                      BO                SUP  OPS  AUD  ADM  SYS
POST /v1/messages                          heard      ok                -    -    -    -    ok
POST /v1/messages                          unheard    ok                -    -    -    -    ok
POST /v1/messages                          reused     message-id-reused -    -    -    -    message-id-reused
"""

SIGNALS = """
                                                      BO               SUP  OPS              AUD  ADM  SYS
POST /v1/signals                           heard      ok               -    ok               -    -    -
POST /v1/signals                           unheard    ok               -    ok               -    -    -
POST /v1/signals                           reused     signal-id-reused -    signal-id-reused -    -    -
"""

CONDITIONS = """
                                                      BO               SUP  OPS              AUD  ADM  SYS
POST /v1/conditions                        true       ok               -    -                -    -    ok
POST /v1/conditions                        false      ok               -    -                -    -    ok
"""

DOCUMENTS = """
                                                      BO                SUP  OPS  AUD  ADM  SYS
POST /v1/documents                         ours       ok                -    -    -    -    -
POST /v1/documents                         no-policy  unknown-policy    -    -    -    -    -
POST /v1/documents                         no-party   unknown-party     -    -    -    -    -
"""

AUDIT = """
                                                      BO  SUP  OPS         AUD         ADM  SYS
GET  /v1/audit                             any        -   -    -           ok          -    -
POST /v1/audit/verify                      any        -   -    -           ok          -    -
POST /codec/decode                         sealed     -   -    ok          ok          -    -
POST /codec/decode                         garbage    -   -    not-base64  not-base64  -    -
"""

AGENTS = """
                                                      BO  SUP           OPS           AUD           ADM                 SYS
POST /v1/agents/{agent_id}/departure       at-work    -   -             -             -             ok                  -
POST /v1/agents/{agent_id}/departure       early      -   -             -             -             departure-in-future -
POST /v1/agents/{agent_id}/departure       left       -   -             -             -             agent-has-left      -
POST /v1/agents/{agent_id}/departure       nobody     -   -             -             -             unknown-agent       -
GET  /v1/agents/{agent_id}/departure       at-work    -   unknown-agent unknown-agent unknown-agent unknown-agent       -
GET  /v1/agents/{agent_id}/departure       left       -   ok            ok            ok            ok                  -
GET  /v1/agents/{agent_id}/departure       nobody     -   unknown-agent unknown-agent unknown-agent unknown-agent       -
"""

RELEASES = """
                                                      BO  SUP  OPS              AUD  ADM  SYS
GET  /v1/releases                          any        -   -    ok               ok   -    -
POST /v1/releases/{build_id}/ramp          new        -   -    ok               -    -    -
POST /v1/releases/{build_id}/ramp          serving    -   -    build-is-current -    -    -
POST /v1/releases/{build_id}/ramp          nobody     -   -    unknown-build    -    -    -
POST /v1/releases/{build_id}/drain         old        -   -    ok               -    -    -
POST /v1/releases/{build_id}/drain         serving    -   -    build-serves     -    -    -
POST /v1/releases/{build_id}/drain         nobody     -   -    unknown-build    -    -    -
"""

RISK_ALERTS = """
                                                      BO  SUP           OPS  AUD  ADM  SYS
GET  /v1/risk-alerts                       any        -   ok            -    ok   -    -
POST /v1/risk-alerts/{alert_id}/report     lifted     -   not-open      -    -    -    -
POST /v1/risk-alerts/{alert_id}/report     not-theirs -   authority     -    -    -    -
POST /v1/risk-alerts/{alert_id}/report     nobody     -   unknown-alert -    -    -    -
POST /v1/risk-alerts/{alert_id}/lift       raised     -   ok            -    -    -    -
POST /v1/risk-alerts/{alert_id}/lift       not-theirs -   authority     -    -    -    -
POST /v1/risk-alerts/{alert_id}/lift       their-own  -   four-eyes     -    -    -    -
POST /v1/risk-alerts/{alert_id}/lift       lifted     -   not-open      -    -    -    -
POST /v1/risk-alerts/{alert_id}/lift       nobody     -   unknown-alert -    -    -    -
"""

STORES = """
                                                      BO  SUP  OPS  AUD  ADM  SYS
GET  /v1/stores                            any        -   -    ok   ok   -    -
"""

OPERATORS = """
                                                               BO  SUP                 OPS              AUD              ADM                 SYS
GET  /v1/operators/{operator_id}                   at-work    -   ok                  ok               ok               ok                  -
GET  /v1/operators/{operator_id}                   nobody     -   no-such-operator    no-such-operator no-such-operator no-such-operator    -
GET  /v1/operators                                 any        -   ok                  ok               ok               ok                  -
POST /v1/operators                                 newcomer   -   -                   -                -                second-person       -
POST /v1/operators                                 agreed-on  -   -                   -                -                ok                  -
POST /v1/operators                                 known-one  -   -                   -                -                operator-state      -
POST /v1/operators                                 two-hats   -   -                   -                -                registration        -
POST /v1/operators/{operator_id}/change            at-work    -   -                   -                -                second-person       -
POST /v1/operators/{operator_id}/change            changing   -   -                   -                -                ok                  -
POST /v1/operators/{operator_id}/change            self-adm   -   -                   -                -                four-eyes           -
POST /v1/operators/{operator_id}/change            nobody     -   -                   -                -                no-such-operator    -
POST /v1/operators/{operator_id}/suspend           idle       -   -                   -                -                ok                  -
POST /v1/operators/{operator_id}/suspend           self-adm   -   -                   -                -                four-eyes           -
POST /v1/operators/{operator_id}/suspend           nobody     -   -                   -                -                no-such-operator    -
POST /v1/operators/{operator_id}/resume            at-work    -   -                   -                -                operator-state      -
POST /v1/operators/{operator_id}/resume            resuming   -   -                   -                -                ok                  -
POST /v1/operators/{operator_id}/resume            nobody     -   -                   -                -                no-such-operator    -
POST /v1/operators/{operator_id}/leave             at-work    -   -                   -                -                second-person       -
POST /v1/operators/{operator_id}/leave             leaving    -   -                   -                -                ok                  -
POST /v1/operators/{operator_id}/leave             nobody     -   -                   -                -                no-such-operator    -
POST /v1/operators/{operator_id}/interests         at-work    authority authority     authority        authority        ok                  -
POST /v1/operators/{operator_id}/interests         nobody     no-such-operator no-such-operator no-such-operator no-such-operator no-such-operator -
POST /v1/operators/{operator_id}/delegations       at-work    -   ok                  -                -                -                   -
POST /v1/operators/{operator_id}/delegations       oneself    -   four-eyes           -                -                -                   -
POST /v1/operators/{operator_id}/delegations       nobody     -   no-such-operator    -                -                -                   -
POST /v1/delegations/{delegation_id}/revoke        lent       -   ok                  -                -                ok                  -
POST /v1/delegations/{delegation_id}/revoke        anothers   -   authority           -                -                ok                  -
POST /v1/delegations/{delegation_id}/revoke        over       -   not-open            -                -                not-open            -
POST /v1/delegations/{delegation_id}/revoke        nobody     -   unknown-delegation  -                -                unknown-delegation  -
POST /v1/operators/{operator_id}/absences          oneself    -   ok                  -                -                ok                  -
POST /v1/operators/{operator_id}/absences          above      -   authority           -                -                ok                  -
POST /v1/operators/{operator_id}/absences          nobody     -   no-such-operator    -                -                no-such-operator    -
POST /v1/absences/{absence_id}/end                 away       -   ok                  -                -                ok                  -
POST /v1/absences/{absence_id}/end                 back       -   not-open            -                -                not-open            -
POST /v1/absences/{absence_id}/end                 nobody     -   unknown-absence     -                -                unknown-absence     -
POST /v1/operators/{operator_id}/certificates      at-work    -   -                   -                -                second-person       -
POST /v1/operators/{operator_id}/certificates      proposed   -   -                   -                -                ok                  -
POST /v1/operators/{operator_id}/certificates      nobody     -   -                   -                -                no-such-operator    -
POST /v1/certificates/{certificate_id}/revoke      valid      -   -                   -                -                ok                  -
POST /v1/certificates/{certificate_id}/revoke      revoked    -   -                   -                -                not-open            -
POST /v1/certificates/{certificate_id}/revoke      nobody     -   -                   -                -                unknown-certificate -
POST /v1/operators/{operator_id}/emergency-grants  at-work    -   second-person       -                -                -                   -
POST /v1/operators/{operator_id}/emergency-grants  asked      -   ok                  -                -                -                   -
POST /v1/operators/{operator_id}/emergency-grants  oneself    -   four-eyes           -                -                -                   -
POST /v1/operators/{operator_id}/emergency-grants  nobody     -   no-such-operator    -                -                -                   -
GET  /v1/emergency-grants                          any        -   ok                  -                ok               ok                  -
POST /v1/emergency-grants/{grant_id}/review        granted    -   -                   -                ok               ok                  -
POST /v1/emergency-grants/{grant_id}/review        reviewed   -   -                   -                not-open         not-open            -
POST /v1/emergency-grants/{grant_id}/review        nobody     -   -                   -                unknown-grant    unknown-grant       -
GET  /v1/authority-limits/{item}                   known      -   ok                  ok               ok               ok                  -
GET  /v1/authority-limits/{item}                   nobody     -   unknown-item        unknown-item     unknown-item     unknown-item        -
POST /v1/authority-limits                          unproposed -   -                   -                -                second-person       -
POST /v1/authority-limits                          proposed   -   -                   -                -                ok                  -
"""

PROSPECTS = """
                                                        BO             SUP            OPS  AUD  ADM  SYS
GET  /v1/policies/{policy_no}/items/{code}/quote known  ok             ok             -    -    -    -
GET  /v1/policies/{policy_no}/items/{code}/quote moot   unknown-item   unknown-item   -    -    -    -
GET  /v1/policies/{policy_no}/items/{code}/quote nobody unknown-policy unknown-policy -    -    -    -
"""

HOLDS = """
                                                      BO  SUP          OPS  AUD            ADM  SYS
GET  /v1/legal-holds                       any        -   authority    -    ok             -    -
GET  /v1/legal-holds                       of-desk    -   ok           -    ok             -    -
POST /v1/legal-holds                       any        -   authority    -    ok             -    -
POST /v1/legal-holds                       of-desk    -   ok           -    ok             -    -
POST /v1/legal-holds                       no-target  -   unknown-target - unknown-target  -    -
GET  /v1/legal-holds/{hold_id}             placed     -   ok           -    ok             -    -
GET  /v1/legal-holds/{hold_id}             nobody     -   unknown-hold -    unknown-hold   -    -
POST /v1/legal-holds/{hold_id}/lift        unordered  -   authority    -    second-person  -    -
POST /v1/legal-holds/{hold_id}/lift        ordered    -   ok           -    ok             -    -
POST /v1/legal-holds/{hold_id}/lift        lifted     -   not-open     -    not-open       -    -
POST /v1/legal-holds/{hold_id}/lift        nobody     -   unknown-hold -    unknown-hold   -    -
"""

POPULATION_ALERTS = """
                                                      BO  SUP           OPS  AUD  ADM  SYS
GET  /v1/alerts                            any        -   ok            -    ok   -    -
POST /v1/alerts/{alert_id}/close           raised     -   ok            -    -    -    -
POST /v1/alerts/{alert_id}/close           not-theirs -   authority     -    -    -    -
POST /v1/alerts/{alert_id}/close           closed     -   not-open      -    -    -    -
POST /v1/alerts/{alert_id}/close           nobody     -   unknown-alert -    -    -    -
"""

ANOMALIES = """
                                                        BO           SUP             OPS             AUD  ADM  SYS
GET  /v1/anomalies                           any        -            ok              ok              ok   -    -
POST /v1/anomalies/{anomaly_id}/close        of-finance -            ok              authority       -    -    -
POST /v1/anomalies/{anomaly_id}/close        of-ops     -            authority       ok              -    -    -
POST /v1/anomalies/{anomaly_id}/close        closed     -            not-open        not-open        -    -    -
POST /v1/anomalies/{anomaly_id}/close        nobody     -            unknown-anomaly unknown-anomaly -    -    -
POST /v1/cases/{case_id}/applicant-death     waiting    ok           ok              -               -    -    -
POST /v1/cases/{case_id}/applicant-death     nobody     unknown-case unknown-case    -               -    -    -
"""

CATALOGUE = """
                                                      BO           SUP          OPS          AUD          ADM          SYS
GET  /v1/items                             any        ok           ok           ok           ok           ok           ok
GET  /v1/items/{code}                      known      ok           ok           ok           ok           ok           ok
GET  /v1/items/{code}                      nobody     unknown-item unknown-item unknown-item unknown-item unknown-item unknown-item
GET  /v1/packs                             any        ok           ok           ok           ok           ok           ok
GET  /v1/packs/{pack_id}                   known      ok           ok           ok           ok           ok           ok
GET  /v1/packs/{pack_id}                   nobody     unknown-pack unknown-pack unknown-pack unknown-pack unknown-pack unknown-pack
GET  /v1/calendars/{jurisdiction}          known      ok           ok           ok           ok           ok           ok
GET  /v1/calendars/{jurisdiction}          nobody     unknown-calendar unknown-calendar unknown-calendar unknown-calendar unknown-calendar unknown-calendar
"""

RECONCILIATION = """
                                                          BO  SUP                    OPS                    AUD                    ADM  SYS
GET  /v1/reconciliations                       any        -   ok                     ok                     ok                     -    -
POST /v1/reconciliations                       past       -   ok                     ok                     -                      -    -
POST /v1/reconciliations                       future     -   day-in-future          day-in-future          -                      -    -
GET  /v1/reconciliations/{day}                 asked      -   ok                     ok                     ok                     -    -
GET  /v1/reconciliations/{day}                 nobody     -   unknown-reconciliation unknown-reconciliation unknown-reconciliation -    -
GET  /v1/reconciliation-breaks                 any        -   ok                     ok                     ok                     -    -
POST /v1/reconciliation-breaks/{break_id}/close open      -   ok                     -                      -                      -    -
POST /v1/reconciliation-breaks/{break_id}/close not-theirs -  authority              -                      -                      -    -
POST /v1/reconciliation-breaks/{break_id}/close closed    -   not-open               -                      -                      -    -
POST /v1/reconciliation-breaks/{break_id}/close nobody    -   unknown-break          -                      -                      -    -
"""

OPERATIONS = """
                                                      BO  SUP  OPS             AUD  ADM  SYS
GET  /v1/insight                           any        -   ok   ok              ok   -    -
GET  /v1/kpis                              any        -   ok   ok              ok   -    -
GET  /v1/kpis/{kpi}/cases                  known      -   ok   ok              ok   -    -
GET  /v1/kpis/{kpi}/cases                  nobody     -   unknown-kpi unknown-kpi unknown-kpi - -
GET  /v1/exports/journal                   any        -   -    ok              ok   -    -
POST /v1/backtests                         any        -   ok   ok              ok   -    -
GET  /v1/standstills                       any        -   ok   ok              ok   -    -
POST /v1/standstills/suspend               going      -   -    ok              -    -    -
POST /v1/standstills/suspend               standing   -   -    suspended       -    -    -
POST /v1/standstills/suspend               no-process -   -    unknown-process -    -    -
POST /v1/standstills/suspend               no-system  -   -    unknown-system  -    -    -
POST /v1/standstills/resume                standing   -   -    ok              -    -    -
POST /v1/standstills/resume                going      -   -    not-suspended   -    -    -
"""

FEEDBACK = """
                                                       BO           SUP                 OPS                 AUD                 ADM  SYS
GET  /v1/complaints                         any        -            ok                  ok                  ok                  -    -
POST /v1/complaints                         about      ok           ok                  -                   -                   -    -
POST /v1/complaints                         nobody     unknown-case unknown-case        -                   -                   -    -
POST /v1/complaints/{complaint_id}/decide   told       -            ok                  -                   -                   -    -
POST /v1/complaints/{complaint_id}/decide   decided    -            not-open            -                   -                   -    -
POST /v1/complaints/{complaint_id}/decide   own-work   -            four-eyes           -                   -                   -    -
POST /v1/complaints/{complaint_id}/decide   nobody     -            unknown-complaint   -                   -                   -    -
POST /v1/complaints/{complaint_id}/extend   told       -            ok                  -                   -                   -    -
POST /v1/complaints/{complaint_id}/extend   decided    -            not-open            -                   -                   -    -
POST /v1/complaints/{complaint_id}/extend   nobody     -            unknown-complaint   -                   -                   -    -
POST /v1/complaints/{complaint_id}/review   decided    ok           ok                  -                   -                   -    -
POST /v1/complaints/{complaint_id}/review   told       not-reviewable not-reviewable    -                   -                   -    -
POST /v1/complaints/{complaint_id}/review   nobody     unknown-complaint unknown-complaint -                -                   -    -
GET  /v1/recoveries                         any        -            ok                  ok                  ok                  -    -
POST /v1/recoveries/{recovery_id}/close     owed       -            ok                  -                   -                   -    -
POST /v1/recoveries/{recovery_id}/close     closed     -            not-open            -                   -                   -    -
POST /v1/recoveries/{recovery_id}/close     nobody     -            unknown-recovery    -                   -                   -    -
GET  /v1/defects                            any        -            ok                  ok                  ok                  -    -
GET  /v1/improvements                       any        -            ok                  ok                  ok                  -    -
POST /v1/improvements                       wrong      -            ok                  ok                  -                   -    -
POST /v1/improvements                     open-already -            already-open        already-open        -                   -    -
POST /v1/improvements                       right      -            no-such-defect      no-such-defect      -                   -    -
GET  /v1/improvements/{improvement_id}      opened     -            ok                  ok                  ok                  -    -
GET  /v1/improvements/{improvement_id}      nobody     -            unknown-improvement unknown-improvement unknown-improvement -    -
POST /v1/improvements/{improvement_id}/close opened    -            ok                  ok                  -                   -    -
POST /v1/improvements/{improvement_id}/close unmended  -            not-later           not-later           -                   -    -
POST /v1/improvements/{improvement_id}/close dropped   -            not-open            not-open            -                   -    -
POST /v1/improvements/{improvement_id}/close nobody    -            unknown-improvement unknown-improvement -                   -    -
GET  /v1/breaches                           broken     -            ok                  -                   ok                  ok   -
GET  /v1/breaches                           foreign    -            authority           -                   ok                  ok   -
POST /v1/breaches                           any        -            ok                  ok                  ok                  ok   -
POST /v1/breaches                           caseless   -            unknown-case        unknown-case        unknown-case        unknown-case -
GET  /v1/breaches/{breach_id}               broken     -            ok                  -                   ok                  ok   -
GET  /v1/breaches/{breach_id}               foreign    -            authority           -                   ok                  ok   -
GET  /v1/breaches/{breach_id}               nobody     -            authority           -                   unknown-breach      unknown-breach -
POST /v1/breaches/{breach_id}/steps         broken     -            ok                  -                   ok                  ok   -
POST /v1/breaches/{breach_id}/steps         foreign    -            authority           -                   ok                  ok   -
POST /v1/breaches/{breach_id}/steps         untold     -            not-done-yet        -                   not-done-yet        not-done-yet -
POST /v1/breaches/{breach_id}/steps         over       -            not-open            -                   not-open            not-open -
POST /v1/breaches/{breach_id}/steps         nobody     -            authority           -                   unknown-breach      unknown-breach -
"""

SUBJECTS = """
                                                      BO               SUP              OPS              AUD              ADM              SYS
GET  /v1/subjects/{party_id}               insured    ok               ok               ok               ok               ok               -
GET  /v1/subjects/{party_id}               nobody     unknown-subject  unknown-subject  unknown-subject  unknown-subject  unknown-subject  -
GET  /v1/subjects/{party_id}/export        insured    -                -                -                ok               ok               -
GET  /v1/subjects/{party_id}/export        nobody     -                -                -                unknown-subject  unknown-subject  -
POST /v1/subjects/{party_id}/survey-choice insured    ok               ok               -                -                -                -
POST /v1/subjects/{party_id}/survey-choice nobody     unknown-subject  unknown-subject  -                -                -                -
POST /v1/subjects/{party_id}/erase         unproposed -                -                -                not-proposed     ok               -
POST /v1/subjects/{party_id}/erase         proposed   -                -                -                ok               ok               -
POST /v1/subjects/{party_id}/erase         insured    -                -                -                must-be-kept     must-be-kept     -
POST /v1/subjects/{party_id}/erase         nobody     -                -                -                unknown-subject  unknown-subject  -
"""

RESOURCES = {
    "case": CASES,
    "task": TASKS,
    "incident": INCIDENTS,
    "definition": DEFINITIONS,
    "batch": BATCHES,
    "message": MESSAGES,
    "signal": SIGNALS,
    "condition": CONDITIONS,
    "document": DOCUMENTS,
    "audit": AUDIT,
    "agent": AGENTS,
    "operator": OPERATORS,
    "catalogue": CATALOGUE,
    "risk-alert": RISK_ALERTS,
    "store": STORES,
    "population-alert": POPULATION_ALERTS,
    "anomaly": ANOMALIES,
    "reconciliation": RECONCILIATION,
    "feedback": FEEDBACK,
    "subject": SUBJECTS,
    "hold": HOLDS,
    "prospect": PROSPECTS,
    "release": RELEASES,
    "operations": OPERATIONS,
}

FORBIDDEN, OK = "-", "ok"
Route = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A route on an object in one state: the answer that each role gets."""

    resource: str
    route: Route
    state: str
    verdicts: dict[str, str]

    def __str__(self) -> str:
        return f"{' '.join(self.route)} {self.state}"


def _read(resource: str, text: str) -> list[Row]:
    rows = []
    for line in text.splitlines():
        if line.startswith(("GET", "POST")):
            method, path, state, *cells = line.split()
            verdicts = dict(zip(COLUMNS, cells, strict=True))
            rows.append(
                Row(resource=resource, route=(method, path), state=state, verdicts=verdicts)
            )
    return rows


ROWS = [row for resource, text in RESOURCES.items() for row in _read(resource, text)]
MATRIX = {
    route: frozenset(
        role
        for row in ROWS
        if row.route == route
        for role, verdict in row.verdicts.items()
        if verdict != FORBIDDEN
    )
    for route in dict.fromkeys(row.route for row in ROWS)
}
"""Which roles are let in at all, as the tables above say."""
CELLS = [(route, role) for route in MATRIX for role in COLUMNS]
