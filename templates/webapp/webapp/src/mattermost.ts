// The parts of Mattermost's web app that plugins see, as far as this plugin may want them: servers 9.3 and newer, where
// nothing else is said. Arguments are by position. The page has more; declare what you need here.

import type {ComponentType, ReactNode} from 'react';

/** What `window.registerPlugin` is given. */
export interface WebappPlugin {
    initialize?(registry: PluginRegistry, store: Store): void;
    uninitialize?(): void;
}

declare global {
    interface Window {
        registerPlugin(id: string, plugin: WebappPlugin): void;
        /** The path below which Mattermost lies on its host; absent or empty at the root. */
        basename?: string;
    }
}

/** The web app's Redux store. */
export interface Store {
    getState(): GlobalState;
    dispatch(action: unknown): unknown;
    subscribe(listener: () => void): () => void;
}

/** A small part of the store's state; what a plugin's reducer keeps is at `plugins-<id>`. */
export interface GlobalState {
    entities: {
        users: {currentUserId: string; profiles: Record<string, User>};
        channels: {currentChannelId: string; channels: Record<string, Channel>};
        teams: {currentTeamId: string};
        posts: {posts: Record<string, Post>};
        general: {config: Record<string, string>};
    };
    [slice: string]: unknown;
}

export interface User {
    id: string;
    username: string;
    nickname: string;
    first_name: string;
    last_name: string;
    roles: string;
    locale: string;
    is_bot?: boolean;
}

export interface Channel {
    id: string;
    team_id: string;
    type: 'O' | 'P' | 'D' | 'G' | string;
    name: string;
    display_name: string;
    header: string;
    purpose: string;
}

export interface ChannelMembership {
    channel_id: string;
    user_id: string;
    roles: string;
}

export interface Post {
    id: string;
    create_at: number;
    update_at: number;
    user_id: string;
    channel_id: string;
    root_id: string;
    message: string;
    type: string;
    props: Record<string, unknown>;
    file_ids?: string[];
}

export interface FileInfo {
    id: string;
    name: string;
    extension: string;
    size: number;
    mime_type: string;
}

/** An event of the plugin's server part arrives as `custom_<id>_<event>`. */
export interface WebSocketMessage<Data = Record<string, unknown>> {
    event: string;
    data: Data;
    broadcast: {channel_id: string; team_id: string; user_id: string};
    seq: number;
}

/** Names of CSS colours, as the person has chosen them. */
export type Theme = Record<string, string>;

/** What components in most places are given. */
export interface PluggableProps {
    theme: Theme;
}

type Text = ReactNode | ComponentType;
type Place<Props = PluggableProps> = (component: ComponentType<Props>) => string;

export interface CommandArgs {
    channel_id: string;
    team_id: string;
    root_id?: string;
}

/** `register…` gives an id for `unregisterComponent`, unless something else is said. */
export interface PluginRegistry {
    readonly id: string;

    // Places where a component is always shown.
    registerRootComponent: Place;
    registerGlobalComponent: Place<object>;
    registerLeftSidebarHeaderComponent: Place;
    registerBottomTeamSidebarComponent: Place;
    registerChannelToastComponent: Place;
    registerSidebarChannelLinkLabelComponent: Place<PluggableProps & {channel: Channel}>;
    registerPopoverUserAttributesComponent: Place<PluggableProps & {user: User; hide?: () => void; status: string | null}>;
    registerPopoverUserActionsComponent: Place<PluggableProps & {user: User; hide?: () => void; status: string | null}>;
    registerPostMessageAttachmentComponent: Place<PluggableProps & {postId: string; onHeightChange(height: number): void}>;
    registerLinkTooltipComponent: Place<PluggableProps & {href: string; show: boolean}>;
    registerPostActionComponent: Place<{post: Post}>;
    registerPostEditorActionComponent: Place<object>;
    registerCodeBlockActionComponent: Place<object>;
    /** Servers 11 and newer. */
    registerChannelHeaderIcon?: Place<PluggableProps & {channel: Channel; channelMember: ChannelMembership}>;

    // Buttons and menus.
    registerChannelHeaderButtonAction(
        icon: Text,
        action: (channel: Channel, member?: ChannelMembership) => void,
        dropdownText: Text,
        tooltipText: Text,
    ): string;
    registerChannelIntroButtonAction(
        icon: Text,
        action: (channel: Channel, member: ChannelMembership) => void,
        text: Text,
    ): string;
    registerAppBarComponent(
        iconUrl: string,
        action: (channel: Channel, member: ChannelMembership) => void,
        tooltipText: Text,
    ): string;
    registerMainMenuAction(text: Text, action: () => void, mobileIcon: Text): string;
    registerChannelHeaderMenuAction(
        text: Text,
        action: (channelId: string) => void,
        shouldRender?: (state: GlobalState) => boolean,
    ): string;
    registerPostDropdownMenuAction(
        text: Text,
        action: (postId: string) => void,
        filter?: (postId: string) => boolean,
    ): string;
    registerFileDropdownMenuAction(
        match: (file: FileInfo) => boolean,
        text: Text,
        action: (file: FileInfo) => void,
    ): string;
    registerFileUploadMethod(
        icon: Text,
        action: (upload: (files: FileList | File[]) => void) => void,
        text: Text,
    ): string;

    // Whole areas.
    registerRightHandSidebarComponent(component: ComponentType<PluggableProps>, title: Text): {
        id: string;
        /** Actions for `store.dispatch`. */
        showRHSPlugin: unknown;
        hideRHSPlugin: unknown;
        toggleRHSPlugin: unknown;
    };
    /** Below `/<team>/<plugin id>/<route>`. */
    registerNeedsTeamRoute(route: string, component: ComponentType<PluggableProps>): string;
    /** Below `/plug/<plugin id>/<route>`. */
    registerCustomRoute(route: string, component: ComponentType): string;

    // How posts and files are shown. A type of one's own begins with `custom_`.
    registerPostTypeComponent(
        type: string,
        component: ComponentType<{post: Post; compactDisplay?: boolean; isRHS?: boolean; theme?: Theme}>,
    ): string;
    unregisterPostTypeComponent(componentId: string): void;
    registerFilePreviewComponent(
        override: (file: FileInfo, post?: Post) => boolean,
        component: ComponentType<{fileInfo: FileInfo; post?: Post; onModalDismissed(): void}>,
    ): string;

    // What happens before something is sent or shown.
    registerMessageWillBePostedHook(
        hook: (post: Post) => Promise<{post: Post} | {error: {message: string}}>,
    ): string;
    registerMessageWillBeUpdatedHook(
        hook: (post: Partial<Post>, oldPost: Post) => Promise<{post: Partial<Post>} | {error: {message: string}}>,
    ): string;
    registerSlashCommandWillBePostedHook(
        hook: (
            message: string,
            args: CommandArgs,
        ) => Promise<{message: string; args: CommandArgs} | {error: {message: string}} | Record<string, never>>,
    ): string;
    registerMessageWillFormatHook(hook: (post: Post, message: string) => string): string;
    registerFilesWillUploadHook(
        hook: (files: File[], upload: (files: File[]) => void) => {message?: string; files?: File[]},
    ): string;

    // State, events, texts, the System Console. None of these gives an id.
    registerReducer(reducer: (state: unknown, action: {type: string}) => unknown): void;
    registerWebSocketEventHandler(event: string, handler: (message: WebSocketMessage) => void): void;
    unregisterWebSocketEventHandler(event: string): void;
    registerReconnectHandler(handler: () => void): void;
    unregisterReconnectHandler(): void;
    registerTranslations(translationsFor: (locale: string) => Record<string, string>): void;
    registerAdminConsoleCustomSetting(key: string, component: ComponentType<any>, options?: {showTitle: boolean}): void;

    unregisterComponent(componentId: string): void;
}
