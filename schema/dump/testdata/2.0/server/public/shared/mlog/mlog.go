package mlog

import "example.com/other/logr/v2"

type Level = logr.Level
