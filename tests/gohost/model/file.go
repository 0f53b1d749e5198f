package model

type FileData struct {
	Filename string
	Body     []byte
}

type FileDownloadType string

type FileInfo struct {
	Id              string  `json:"id"`
	CreatorId       string  `json:"user_id"`
	PostId          string  `json:"post_id,omitempty"`
	ChannelId       string  `json:"channel_id"`
	CreateAt        int64   `json:"create_at"`
	UpdateAt        int64   `json:"update_at"`
	DeleteAt        int64   `json:"delete_at"`
	Path            string  `json:"-"`
	ThumbnailPath   string  `json:"-"`
	PreviewPath     string  `json:"-"`
	Name            string  `json:"name"`
	Extension       string  `json:"extension"`
	Size            int64   `json:"size"`
	MimeType        string  `json:"mime_type"`
	Width           int     `json:"width,omitempty"`
	Height          int     `json:"height,omitempty"`
	HasPreviewImage bool    `json:"has_preview_image,omitempty"`
	MiniPreview     *[]byte `json:"mini_preview"`
	Content         string  `json:"-"`
	RemoteId        *string `json:"remote_id"`
	Archived        bool    `json:"archived"`
}

type GetFileInfosOptions struct {
	UserIds        []string `json:"user_ids"`
	ChannelIds     []string `json:"channel_ids"`
	Since          int64    `json:"since"`
	IncludeDeleted bool     `json:"include_deleted"`
	SortBy         string   `json:"sort_by"`
	SortDescending bool     `json:"sort_descending"`
}

type UploadSession struct {
	Id         string     `json:"id"`
	Type       UploadType `json:"type"`
	CreateAt   int64      `json:"create_at"`
	UserId     string     `json:"user_id"`
	ChannelId  string     `json:"channel_id,omitempty"`
	Filename   string     `json:"filename"`
	Path       string     `json:"-"`
	FileSize   int64      `json:"file_size"`
	FileOffset int64      `json:"file_offset"`
	RemoteId   string     `json:"remote_id"`
	ReqFileId  string     `json:"req_file_id"`
}

type UploadType string
