*** Settings ***
Documentation    robot --pythonpath . reset.robot, beside a live bench (nasboard start).
Resource         bench.resource
Suite Setup      Switch The Board On And Name That
Test Setup       Restore    ready

*** Test Cases ***
A Press That Is Too Short Does Nothing
    Hold Reset For    2.9s
    The Chart Should Be    appliance    ready

Three Seconds Reset The Settings
    Hold Reset For    3s
    The Chart Should Be    appliance    resetting-basic

Ten Seconds Reset Everything
    Hold Reset For    10s
    The Chart Should Be    appliance    resetting-advanced

*** Keywords ***
Switch The Board On And Name That
    Switch The Board On
    Snapshot    ready
